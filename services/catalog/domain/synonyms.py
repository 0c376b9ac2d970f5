"""What goods are called elsewhere finds them too: 土豆, 马铃薯 and 洋芋 are one thing, and 五花肉 is 猪肉.

A word means what it finds: each line's words find the same rows. It is the row that learns its other names, when it is
put on sale, so a search pays nothing for them. A name that holds what the goods are not does not belong here (酸牛奶
would make 酸奶 be found by 牛奶). Words are taken from what Hunan's canteens and markets call things and
from what the rest of the country calls them; a new line here wants the next FOLDING (see grams.py).
"""

import re
from functools import cache

from services.catalog.domain.hanzi import HAN

SAME = """
    土豆 马铃薯 洋芋 山药蛋
    红薯 番薯 地瓜 甘薯 红苕
    西红柿 番茄 蕃茄
    包菜 卷心菜 洋白菜 圆白菜 莲花白 甘蓝
    花菜 菜花 花椰菜
    空心菜 蕹菜 通菜
    油麦菜 莜麦菜
    大白菜 黄芽白
    莴笋 莴苣
    茭白 茭瓜 高笋
    荸荠 马蹄
    香菜 芫荽
    茼蒿 蒿子秆
    凉薯 豆薯 地萝卜
    山药 淮山
    芋头 芋艿 毛芋
    豇豆 豆角 长豆角
    四季豆 芸豆 菜豆
    蚕豆 胡豆
    玉米 苞谷 包谷 苞米
    西葫芦 角瓜
    佛手瓜 合掌瓜
    蒜苗 青蒜
    大蒜 蒜头
    姜 生姜
    藕 莲藕
    葱 香葱 小葱
    香菇 冬菇
    木耳 云耳
    黄花菜 金针菜
    笋干 干笋
    尖椒 青椒
    胡萝卜 红萝卜
    猕猴桃 奇异果
    蜜桔 蜜橘
    桔子 橘子
    桑葚 桑椹 桑果
    板栗 栗子
    菠萝 凤梨
    枸杞 枸杞子
    草鱼 鲩鱼
    鳙鱼 胖头鱼 大头鱼 花鲢
    稻花鱼 禾花鱼
    甲鱼 水鱼
    菜籽油 菜油
    茶油 茶籽油
    豆腐乳 腐乳 霉豆腐
    剁辣椒 剁椒
    鲜牛奶 鲜奶
    粉条 苕粉
    黄豆 大豆
    腊肉 熏肉
    莓茶 藤茶
    土鸡蛋 柴鸡蛋 笨鸡蛋
    土鸡 柴鸡 走地鸡
"""
KINDS = """
    五花肉 猪肉
    后腿肉 猪肉
    前腿肉 猪肉
    土鸡 鸡肉
    麻鸭 鸭肉 鸭子
    尖椒 辣椒
    线椒 辣椒
    脐橙 橙子
    冰糖橙 橙子
    血橙 橙子
    蜜桔 桔子 橘子 柑橘
    椪柑 柑橘 柑子
    芦柑 柑橘 柑子
    蜜柚 柚子
    红心柚 柚子
    皇冠梨 梨子
    丰水梨 梨子
    油桃 桃子
    毛桃 桃子
    冬枣 枣子
    红提 提子 葡萄
    毛尖 绿茶
    香菇 蘑菇
    平菇 蘑菇
    金针菇 蘑菇
    杏鲍菇 蘑菇
    竹笋 笋子
    春笋 笋子
"""
"""The first word of a line belongs to what the others name."""
_NOT_SO = ("土豆腐", "山药蛋卷", "鲜奶酪")
"""Words that begin as another's name and are none."""


def other_names(name: str) -> frozenset[str]:
    """Give what else the goods of a folded name are called.

    The longest name counts where several begin: 黄花菜 is no 花菜. A name of one character, and the name of a kind,
    count where a word ends: 土鸡 is 鸡肉, and 土鸡蛋 is none.
    """
    same, kinds, written = _names()
    found = frozenset[str]().union(*(same.get(word, ()) for word in written.findall(name)))
    runs = HAN.findall(name)
    for kind, broader in kinds.items():
        if any(run.endswith(kind) for run in runs):
            found |= broader
    return frozenset(other for other in found if other not in name)


@cache
def _names() -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]], re.Pattern[str]]:
    """Give the names of each word, of each kind all names of what it belongs to, and what finds words in a name."""
    same = {word: frozenset(line.split()) for line in SAME.split("\n") for word in line.split()}
    kinds: dict[str, frozenset[str]] = {}
    for line in KINDS.split("\n"):
        for kind in same.get((line.split() or [""])[0], frozenset(line.split()[:1])):
            broader: frozenset[str] = frozenset().union(*(same.get(word, {word}) for word in line.split()[1:]))
            kinds[kind] = kinds.get(kind, frozenset()) | broader
    longest_first = sorted((*same, *_NOT_SO), key=len, reverse=True)
    ended = "(?!" + HAN.pattern.removesuffix("+") + ")"
    written = re.compile("|".join(word if len(word) > 1 else word + ended for word in longest_first))
    return same, kinds, written
