"""What leaves for Stripe is held against the shapes of its own SDK, as it stands on the wire.

A shape is a TypedDict of `stripe.params`: its fields, which of them are wanted, and of which type each is. Where it
offers a closed list of words, and any text beside it for the future, only the words pass here.
"""

import re
import sys
from collections.abc import Mapping
from typing import Any, Literal, NotRequired, Required, Union, get_args, get_origin
from urllib.parse import parse_qsl, urlsplit

from stripe import params as shapes
from stripe._request_options import RequestOptions
from typing_extensions import is_typeddict

ID = r"[A-Za-z0-9_]+"
SHAPES: tuple[tuple[str, str, Any], ...] = (
    ("POST", r"/v1/payment_intents", shapes.PaymentIntentCreateParams),
    ("GET", r"/v1/payment_intents", shapes.PaymentIntentListParams),
    ("GET", rf"/v1/payment_intents/{ID}", shapes.PaymentIntentRetrieveParams),
    ("POST", rf"/v1/payment_intents/{ID}/confirm", shapes.PaymentIntentConfirmParams),
    ("POST", rf"/v1/payment_intents/{ID}/capture", shapes.PaymentIntentCaptureParams),
    ("POST", rf"/v1/payment_intents/{ID}/cancel", shapes.PaymentIntentCancelParams),
    ("POST", r"/v1/refunds", shapes.RefundCreateParams),
    ("GET", r"/v1/refunds", shapes.RefundListParams),
    ("GET", r"/v1/charges", shapes.ChargeListParams),
    ("POST", r"/v1/customers", shapes.CustomerCreateParams),
    ("POST", rf"/v1/payment_methods/{ID}/attach", shapes.PaymentMethodAttachParams),
    ("GET", rf"/v1/accounts/{ID}", shapes.AccountRetrieveParams),
    ("GET", r"/v1/disputes", shapes.DisputeListParams),
    ("GET", rf"/v1/disputes/{ID}", shapes.DisputeRetrieveParams),
    ("GET", r"/v1/balance", shapes.BalanceRetrieveParams),
    ("GET", r"/v1/balance_transactions", shapes.BalanceTransactionListParams),
)
OF_OUR_VERSION = {("POST", "/v1/payment_intents", "payment_method_types")}
"""What the version of the API that we pin has, and the SDK's newer one calls otherwise."""


def wire(url: str, body: str | None) -> dict[str, Any]:
    """Read a request's parameters, from the query or the form, as the tree that they spell."""
    pairs = parse_qsl(urlsplit(url).query if body is None else body, keep_blank_values=True, strict_parsing=False)
    tree: dict[str, Any] = {}
    for name, value in pairs:
        first, *rest = re.findall(r"[^\[\]]+", name)
        place = tree
        for key, after in zip([first, *rest], rest, strict=False):
            del after
            place = place.setdefault(key, {})
        place[rest[-1] if rest else first] = value
    return tree


def faults(method: str, url: str, body: str | None) -> list[str]:
    """List how a request differs from its shape."""
    path = urlsplit(url).path
    for verb, pattern, shape in SHAPES:
        if verb == method and re.fullmatch(pattern, path):
            sent = {
                name: value
                for name, value in wire(url, body if method == "POST" else None).items()
                if (method, path, name) not in OF_OUR_VERSION
            }
            return _of_dict(sent, shape, "")
    return [f"no shape for {method} {path}"]


def _of_dict(sent: Any, shape: Any, at: str) -> list[str]:
    if not isinstance(sent, Mapping):
        return [f"{at} should be an object"]
    fields = {name: of for name, of in shape.__annotations__.items() if name not in RequestOptions.__annotations__}
    wanted = set(fields) & set(shape.__required_keys__)
    found = [f"{at}{name} is not known" for name in sorted(set(sent) - set(fields))]
    found += [f"{at}{name} is wanted" for name in sorted(wanted - set(sent))]
    for name in sorted(set(sent) & set(fields)):
        found += _of(sent[name], _type(fields[name], shape), f"{at}{name}", shape)
    return found


def _type(told: Any, shape: Any) -> Any:
    """Read an annotation, which is a text or holds one, as the type that it names."""
    while True:
        text = told if isinstance(told, str) else getattr(told, "__forward_arg__", None)
        if text is not None:
            told = eval(text, vars(sys.modules[shape.__module__]))  # noqa: S307 - the SDK's own annotation
        elif get_origin(told) in (NotRequired, Required):
            (told,) = get_args(told)
        else:
            return told


def _of(sent: Any, told: Any, at: str, shape: Any) -> list[str]:
    told = _type(told, shape)
    origin = get_origin(told)
    if origin is Union or type(told).__name__ == "UnionType":
        choices = [_type(one, shape) for one in get_args(told)]
        words = [word for one in choices if get_origin(one) is Literal for word in get_args(one)]
        if any(words) and isinstance(sent, str):
            choices = [one for one in choices if one is not str]
        tried = [_of(sent, one, at, shape) for one in choices if "UntypedStripeObject" not in str(one)]
        return [] if any(not one for one in tried) else tried[0]
    if origin is Literal:
        return [] if sent in get_args(told) else [f"{at} is {sent!r}, not one of {get_args(told)}"]
    if is_typeddict(told):
        return _of_dict(sent, told, f"{at}.")
    if origin is list:
        values = list(sent.values()) if isinstance(sent, Mapping) else [sent]
        return [fault for one in values for fault in _of(one, get_args(told)[0], at, shape)]
    if origin is dict:
        fits = isinstance(sent, Mapping) and all(isinstance(value, str) for value in sent.values())
        return [] if fits else [f"{at} should be texts by name"]
    patterns = {int: r"-?\d+", bool: r"true|false", str: r"(?s:.*)"}
    fits = told in patterns and isinstance(sent, str) and re.fullmatch(patterns[told], sent) is not None
    return [] if fits else [f"{at} is {sent!r}, not {told}"]
