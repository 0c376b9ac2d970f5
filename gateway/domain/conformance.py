"""What these pages are held to, criterion by criterion, and which test says so (WCAG 2.2, levels A and AA).

The numbers, names and levels are those of the W3C Recommendation of 5 October 2023. A state is ours: `tested` where a
test of this project fails when the criterion is broken on a page that it looks at; `partly` where a test can tell of
some failures and not of others; `not_tested` where nothing tests it; `absent` where no page has what it is about. Files
are named below `tests/browser/`, without `test_` and `.py`; a test of the house compares them with what stands there.
"""

from enum import StrEnum
from typing import NamedTuple


class Held(StrEnum):
    """How far a criterion is proven."""

    TESTED = "tested"
    PARTLY = "partly"
    NOT_TESTED = "not_tested"
    ABSENT = "absent"


class Criterion(NamedTuple):
    """One success criterion; `says` is what a test cannot tell, or what is absent, in both languages."""

    number: str
    level: str
    name: str
    name_zh: str
    held: Held
    tests: tuple[str, ...] = ()
    says: str = ""
    says_zh: str = ""


STANDARD_DATE = "2023-10-05"
THEMES = ("every_page_in_every_theme", "every_page_in_english")
KEYS = ("every_page_by_key",)
_T, _P, _N, _A = Held.TESTED, Held.PARTLY, Held.NOT_TESTED, Held.ABSENT
_RULES = ("axe tells of what is missing, not of what is said badly.", "axe 只能发现缺失，不能判断内容是否恰当。")
_MEDIA = ("No page has sound or moving pictures.", "各页面均无音频、视频。")
_LOOK = ("Looked at by eye on the pictures of each page.", "逐页查看截图，人工检查。")

CRITERIA: tuple[Criterion, ...] = (
    Criterion("1.1.1", "A", "Non-text Content", "非文本内容", _P, THEMES, *_RULES),
    Criterion("1.2.1", "A", "Audio-only and Video-only", "纯音频和纯视频", _A, (), *_MEDIA),
    Criterion("1.2.2", "A", "Captions (Prerecorded)", "字幕（预录）", _A, (), *_MEDIA),
    Criterion("1.2.3", "A", "Audio Description or Media Alternative", "口述影像或媒体替代", _A, (), *_MEDIA),
    Criterion("1.2.4", "AA", "Captions (Live)", "字幕（直播）", _A, (), *_MEDIA),
    Criterion("1.2.5", "AA", "Audio Description", "口述影像（预录）", _A, (), *_MEDIA),
    Criterion("1.3.1", "A", "Info and Relationships", "信息和关系", _P, (*THEMES, *KEYS), *_RULES),
    Criterion(
        "1.3.2",
        "A",
        "Meaningful Sequence",
        "有意义的顺序",
        _P,
        ("every_page_by_key",),
        "Headings come in order; the rest of the reading order is not compared.",
        "标题层级有测试；其余阅读顺序未逐一比对。",
    ),
    Criterion("1.3.3", "A", "Sensory Characteristics", "感官特征", _N),
    Criterion(
        "1.3.4",
        "AA",
        "Orientation",
        "方向",
        _P,
        THEMES,
        "Nothing locks a page's orientation; a phone held across was not tried.",
        "页面不锁定方向；未在横屏手机上测试。",
    ),
    Criterion("1.3.5", "AA", "Identify Input Purpose", "标识输入目的", _P, THEMES, *_RULES),
    Criterion(
        "1.4.1",
        "A",
        "Use of Color",
        "颜色的使用",
        _P,
        THEMES,
        "Every tag and gauge has its words; that no colour speaks alone was looked at by eye.",
        "标签和进度条均有文字；是否仅以颜色表意由人工检查。",
    ),
    Criterion("1.4.2", "A", "Audio Control", "音频控制", _A, (), *_MEDIA),
    Criterion("1.4.3", "AA", "Contrast (Minimum)", "对比度（最低）", _T, THEMES),
    Criterion(
        "1.4.4",
        "AA",
        "Resize Text",
        "调整文本大小",
        _P,
        ("a_seller_keeps_shop_by_page", "plain_words"),
        "400 % on two pages of the seller, larger letters on four.",
        "卖家两个页面测试了 400% 放大，四个页面测试了大字。",
    ),
    Criterion("1.4.5", "AA", "Images of Text", "文本图像", _N, (), *_LOOK),
    Criterion("1.4.10", "AA", "Reflow", "内容重排", _T, THEMES, "At 320 px.", "宽度 320 像素。"),
    Criterion("1.4.11", "AA", "Non-text Contrast", "非文本对比度", _N, (), *_LOOK),
    Criterion("1.4.12", "AA", "Text Spacing", "文本间距", _N),
    Criterion(
        "1.4.13",
        "AA",
        "Content on Hover or Focus",
        "悬停或聚焦时的内容",
        _A,
        (),
        "Nothing appears on hover.",
        "没有悬停时才出现的内容。",
    ),
    Criterion(
        "2.1.1",
        "A",
        "Keyboard",
        "键盘",
        _P,
        (*KEYS, "a_seller_is_helped_by_page", "finance_files_by_page", "a_canteen_keeps_a_standing_order"),
        "Every page is gone through by Tab; whole tasks are done by key for some.",
        "每个页面均以 Tab 键走查；部分任务全程用键盘完成。",
    ),
    Criterion(
        "2.1.2",
        "A",
        "No Keyboard Trap",
        "无键盘陷阱",
        _P,
        KEYS,
        "To the sixtieth stop of a page.",
        "检查到每页第 60 个焦点。",
    ),
    Criterion("2.1.4", "A", "Character Key Shortcuts", "字符快捷键", _A, (), "There are none.", "没有字符快捷键。"),
    Criterion("2.2.1", "A", "Timing Adjustable", "可调整的时限", _N),
    Criterion(
        "2.2.2",
        "A",
        "Pause, Stop, Hide",
        "暂停、停止、隐藏",
        _A,
        (),
        "Nothing moves by itself.",
        "没有自动移动的内容。",
    ),
    Criterion("2.3.1", "A", "Three Flashes", "三次闪烁", _A, (), "Nothing flashes.", "没有闪烁的内容。"),
    Criterion("2.4.1", "A", "Bypass Blocks", "绕过模块", _T, THEMES),
    Criterion("2.4.2", "A", "Page Titled", "页面标题", _P, THEMES, *_RULES),
    Criterion(
        "2.4.3",
        "A",
        "Focus Order",
        "焦点顺序",
        _P,
        KEYS,
        "The order is the source's; it is not compared with the eye's.",
        "焦点顺序与源代码一致，未与视觉顺序比对。",
    ),
    Criterion("2.4.4", "A", "Link Purpose (In Context)", "链接目的（在上下文中）", _P, THEMES, *_RULES),
    Criterion("2.4.5", "AA", "Multiple Ways", "多种途径", _N),
    Criterion("2.4.6", "AA", "Headings and Labels", "标题和标签", _P, (*THEMES, *KEYS), *_RULES),
    Criterion("2.4.7", "AA", "Focus Visible", "焦点可见", _T, KEYS),
    Criterion("2.4.11", "AA", "Focus Not Obscured (Minimum)", "焦点未被遮挡（最低）", _T, KEYS),
    Criterion("2.5.1", "A", "Pointer Gestures", "指针手势", _A, (), "There are none.", "没有手势操作。"),
    Criterion(
        "2.5.2",
        "A",
        "Pointer Cancellation",
        "指针取消",
        _A,
        (),
        "Nothing is done as a pointer goes down.",
        "没有按下即触发的操作。",
    ),
    Criterion("2.5.3", "A", "Label in Name", "名称中的标签", _P, THEMES, *_RULES),
    Criterion("2.5.4", "A", "Motion Actuation", "移动触发", _A, (), "There is none.", "没有晃动触发的操作。"),
    Criterion("2.5.7", "AA", "Dragging Movements", "拖拽动作", _A, (), "Nothing is dragged.", "没有拖拽操作。"),
    Criterion("2.5.8", "AA", "Target Size (Minimum)", "目标大小（最低）", _T, ("every_page_stands",)),
    Criterion("3.1.1", "A", "Language of Page", "页面语言", _T, THEMES),
    Criterion("3.1.2", "AA", "Language of Parts", "部分语言", _N),
    Criterion(
        "3.2.1",
        "A",
        "On Focus",
        "聚焦时",
        _P,
        KEYS,
        "Going through a page by Tab leaves it nowhere.",
        "以 Tab 键走查时页面不跳转。",
    ),
    Criterion("3.2.2", "A", "On Input", "输入时", _N),
    Criterion("3.2.3", "AA", "Consistent Navigation", "一致的导航", _N),
    Criterion("3.2.4", "AA", "Consistent Identification", "一致的标识", _N),
    Criterion("3.2.6", "A", "Consistent Help", "一致的帮助", _N),
    Criterion(
        "3.3.1",
        "A",
        "Error Identification",
        "错误标识",
        _P,
        (
            "a_seller_works_by_page",
            "finance_files_by_page",
            "invoices_are_matched_by_page",
            "a_seller_is_helped_by_page",
        ),
        "In each task that a test does wrongly first.",
        "凡测试中先填错的任务均已检查。",
    ),
    Criterion("3.3.2", "A", "Labels or Instructions", "标签或说明", _P, THEMES, *_RULES),
    Criterion("3.3.3", "AA", "Error Suggestion", "错误建议", _N),
    Criterion(
        "3.3.4",
        "AA",
        "Error Prevention (Legal, Financial, Data)",
        "错误预防（法律、财务、数据）",
        _P,
        ("finance_files_by_page", "an_account_is_paid_by_page"),
        "What is filed or paid is read once more before it is sent, or can be withdrawn.",
        "填报和付款在提交前可再核对，或提交后可撤回。",
    ),
    Criterion("3.3.7", "A", "Redundant Entry", "重复输入", _N),
    Criterion(
        "3.3.8",
        "AA",
        "Accessible Authentication (Minimum)",
        "无障碍身份验证（最低）",
        _N,
        (),
        "A password that a browser may fill in, and no puzzle.",
        "密码可由浏览器填写，没有图形验证码。",
    ),
    Criterion("4.1.2", "A", "Name, Role, Value", "名称、角色、值", _P, THEMES, *_RULES),
    Criterion("4.1.3", "AA", "Status Messages", "状态消息", _N),
)
