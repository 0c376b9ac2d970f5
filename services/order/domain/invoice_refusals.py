"""Every way in which an invoice is refused, each with its title in both languages."""

from shared.errors import Conflict, NotFound


class NoSuchInvoice(NotFound):
    """There is no such invoice.

    zh: 没有这张发票。
    """


class NoFile(NotFound):
    """This invoice has no file.

    zh: 这张发票还没有上传文件。
    """


class NoSuchDifference(NotFound):
    """No such difference stands on this line now.

    zh: 该行目前没有这项差异，请刷新后再处理。
    """


class InvoiceDiffers(Conflict):
    """This invoice already exists with other content.

    zh: 这张发票已录入，且内容不同。
    """


class InvoiceTwice(Conflict):
    """An invoice with these numbers has been entered before.

    zh: 该发票号码已录入，不能重复录入。
    """


class InvoiceExceeded(Conflict):
    """A red-letter invoice takes back no more than is left of the invoice.

    zh: 红字发票金额不能超过原发票的余额。
    """


class ResolutionDiffers(Conflict):
    """This resolution already exists with other content.

    zh: 这条处理意见已存在，且内容不同。
    """
