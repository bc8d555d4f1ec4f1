"""Japanese surnames and given names, each with its kanji, kana and frequency.

The surnames carry their real head counts (japanese-personal-name-dataset, MIT); the given names are a list
of our own by generation, with several spellings per reading, so that namesakes and homophones occur as they do in life.
"""

from functools import cache
from typing import NamedTuple

from japanese_personal_name_dataset import load_dataset

from crm_pipelines.demo.scripts import katakana


class Spelling(NamedTuple):
    """One written name and how it is read (full-width katakana)."""

    kanji: str
    kana: str


# Surnames of the data set whose only reading there is rare or wrong for the spelling; left out of the world.
_DOUBTFUL = """
白石 石塚 新田 吉原 比嘉 川原 田原 河原 田畑 菅 皆川 畑 古屋 中里 狩野 飯野 田崎 小関 金山 森谷 山上 塩谷 水田
須賀 砂川 小沼 白鳥 浅川 板橋 三枝 梅津 神野 玉置 横川 柏原 梅沢 角谷 島津 池谷 川越 小栗 末吉 神戸 田尻 畠中
富沢 小口 新村 下地 二瓶 伴 土肥 金 金原 金野 上岡 緑川 八巻 松林 迫田 小竹 玉川 見 越川 向山 三瓶 鮫島 畑山
米谷 金本 上地 城 木谷 伊沢 小熊 高本 日向 福留 新山 早田 上西 宗像 塩原 鬼塚 石津 真下 竹川 近江 大賀 脇坂 菊川
亀谷 山地 土方 伊波 安里 設楽 中込 辻田 金川 河津 新居 角野 高良 岩上 深山 前山 猪野 錦織 矢内 逸見 白岩 木山
三角 小黒 手嶋 仙波 四方 一戸 広野 具志堅 浜島 一色 根津 柚木 瓜生 迫 安保 信田 前沢 寺門 栗栖 原野 門間 宇津木
阪上 安野 今津 坂内 平出 山越 仁平 木幡 加地 柳下 肥田 古本 新堀 臼田 道下 蜂谷 舘 荒 白水 赤星 甲田 谷沢 金崎
井藤 三森 和気 冨山 武市 清宮 新家 谷津 茨木 大家 福崎
"""

# Families that write themselves with the other form of a common surname: (as in the data set, as they write it, share).
_OLD_FORMS = (
    ("高橋", "髙橋", 0.12), ("斎藤", "齋藤", 0.25), ("斉藤", "齊藤", 0.25), ("渡辺", "渡邉", 0.15),
    ("渡辺", "渡邊", 0.15), ("山崎", "山﨑", 0.2), ("浜田", "濱田", 0.3), ("吉田", "𠮷田", 0.06),
    ("島田", "嶋田", 0.15), ("桜井", "櫻井", 0.3), ("沢田", "澤田", 0.3), ("黒沢", "黒澤", 0.4),
    ("広瀬", "廣瀬", 0.3), ("柳沢", "柳澤", 0.4), ("増田", "增田", 0.05), ("徳永", "德永", 0.1),
    ("富田", "冨田", 0.2), ("宮崎", "宮﨑", 0.2), ("長沢", "長澤", 0.4), ("田辺", "田邊", 0.15),
    ("高田", "髙田", 0.1), ("中島", "中嶋", 0.2), ("真鍋", "眞鍋", 0.3), ("国分", "國分", 0.3),
    ("関", "關", 0.03),
)  # fmt: skip

# Readings that a common spelling also has: (kanji, other reading, share of its people).
_OTHER_READINGS = (
    ("中島", "ナカシマ", 0.3), ("山崎", "ヤマサキ", 0.35), ("渡部", "ワタベ", 0.4), ("河野", "カワノ", 0.4),
    ("東", "アズマ", 0.5), ("菅野", "スガノ", 0.3), ("上村", "カミムラ", 0.3), ("小山", "オヤマ", 0.2),
    ("高田", "タカタ", 0.3), ("三田", "サンダ", 0.1),
)  # fmt: skip

_MEN_OLD = """
きよし 清 清志 潔|ひろし 博 弘 浩 宏 寛|しげる 茂 繁 滋|いさむ 勇|みのる 実 稔|いちろう 一郎 市郎
じろう 次郎 二郎|さぶろう 三郎|まさお 正夫 正男 雅夫 昌男|よしお 義男 良雄 芳雄|かずお 和夫 一男 一雄
としお 俊夫 敏男 利夫|ひでお 秀雄 英夫 秀夫|たけし 武 毅 武司 健|すすむ 進 晋|おさむ 修 治|まさる 勝 優
いわお 巌|てつお 哲夫 鉄男|つとむ 勉 努 務|みつお 光男 三男 光雄|やすお 康夫 泰男|しょうぞう 昭三 省三
"""
_MEN_MID = """
けんいち 健一 賢一 憲一 謙一|けんじ 健二 健司 賢治 謙二|たかし 隆 孝 崇 貴志 隆史|あきら 明 彰 晃 章
まこと 誠 真 信|なおき 直樹 直紀 尚樹|ひろゆき 博之 弘幸 浩之 裕之|だいすけ 大輔 大介|たくや 拓也 卓也 拓哉 琢也
てつや 哲也 徹也|ゆういち 雄一 裕一 祐一|しんいち 真一 慎一 伸一 信一|こうじ 浩二 孝司 幸司 康二
じゅんいち 純一 淳一 順一|かずや 和也 一也 和哉|りょう 亮 涼 諒 遼|おさむ 修|いちろう 一郎 一朗|とおる 徹 透 亨
ゆうすけ 祐介 雄介 裕介 悠介|しょうた 翔太 祥太 正太|まさし 正志 雅史 将司 昌志|まなぶ 学|つよし 剛 毅 強
じゅん 純 淳 潤 準|よういち 陽一 洋一 庸一
"""
_MEN_YOUNG = """
はると 陽翔 大翔 悠斗 晴人 遥斗|ひろと 大翔 寛人 広翔 博人|そうた 颯太 蒼太 奏太 壮太
ゆうと 悠人 優斗 悠斗 雄斗 勇人|りく 陸 理久 凌久|れん 蓮 廉 怜|しょう 翔 匠 祥|かいと 海斗 快斗 海翔
けんた 健太 賢太 謙太|ゆうま 悠真 佑真 優馬|だいき 大輝 大樹 大貴|こうき 光希 航輝 晃希 幸樹|たいが 大雅 泰雅
みなと 湊 港|つばさ 翼|いつき 樹 一樹|りょうた 涼太 亮太 良太 遼太|そら 空 蒼空 昊|たくみ 匠 拓海 巧
あおい 葵 碧
"""
_WOMEN_OLD = """
さちこ 幸子 祥子 佐知子|かずこ 和子 一子|よしこ 良子 芳子 佳子 淑子|せつこ 節子 世津子
ひろこ 弘子 博子 裕子 浩子|けいこ 恵子 慶子 敬子 桂子|きよこ 清子 喜代子|ふみこ 文子 史子 富美子
としこ 敏子 俊子 淑子|れいこ 礼子 玲子 麗子|のりこ 紀子 典子 法子 則子|みちこ 美智子 道子 路子
やすこ 康子 泰子 靖子|まさこ 正子 雅子 昌子|えいこ 栄子 英子 瑛子|ようこ 洋子 陽子 容子|たかこ 孝子 隆子 貴子
はなこ 花子 華子|ちよ 千代|うめ ウメ
"""
_WOMEN_MID = """
ゆみこ 由美子 裕美子 弓子|まゆみ 真由美 麻由美 まゆみ|あけみ 明美 朱美|くみこ 久美子 公美子
なおこ 直子 尚子 奈緒子|ともこ 智子 知子 友子 朋子|じゅんこ 順子 純子 淳子|めぐみ 恵 恵美 めぐみ 愛
ゆうこ 裕子 優子 祐子 由布子|あや 綾 彩 亜矢|まい 舞 麻衣 真衣|かおり 香 香織 佳織 薫|みき 美紀 美樹 未来
ゆき 由紀 有希 雪 由貴|えり 恵理 絵里 恵里|みか 美香 美佳 美加|あゆみ 歩 亜由美 あゆみ|さおり 沙織 佐織
りえ 理恵 里絵 梨恵|みほ 美穂 美保|ちえ 千絵 智恵 知恵|きょうこ 京子 恭子 今日子|さとみ 里美 聡美 智美
まりこ 真理子 万里子 麻里子|ようこ 洋子 陽子 葉子
"""
_WOMEN_YOUNG = """
ひな 陽菜 日菜 雛|ゆい 結衣 唯 由衣 結|さくら 桜 さくら 咲良|みさき 美咲 海咲 岬|あおい 葵 碧 あおい
りん 凛 凜 鈴|めい 芽衣 芽生|みゆ 美優 美結 未悠|はるか 遥 晴香 春香 遥香|ひまり 陽葵 向日葵|ゆな 優奈 結菜 友菜
ことね 琴音 采音|りお 莉緒 梨央 理央|ななみ 七海 奈々美 菜々美|まお 真央 麻央|かのん 花音 楓音|えま 恵茉 咲茉
つむぎ 紬|あかり 明里 朱莉 灯|もえ 萌 萌絵|ひかり ひかり 光 光莉
"""


@cache
def surnames() -> tuple[tuple[Spelling, ...], tuple[float, ...]]:
    """Every surname of the world with its weight (head count), old forms and other readings told apart."""
    listed = load_dataset("opti", include_last_names=True)[2]
    doubtful = frozenset(_DOUBTFUL.split())
    shares: dict[Spelling, float] = {}
    for kanji, entry in listed.items():
        if kanji not in doubtful:
            shares[Spelling(kanji, katakana(entry["reading"]))] = float(entry["count"])
    for kanji, kana, share in _OTHER_READINGS:
        _divide(shares, kanji, Spelling(kanji, kana), share)
    for kanji, written, share in _OLD_FORMS:
        _divide(shares, kanji, Spelling(written, ""), share)
    return tuple(shares), tuple(shares.values())


@cache
def given_names(gender: str, birth_year: int) -> tuple[Spelling, ...]:
    """The given names of one gender ("M", "F") usual around a birth year; earlier spellings are likelier."""
    generation = 0 if birth_year < 1962 else 1 if birth_year < 1994 else 2
    blocks = (_MEN_OLD, _MEN_MID, _MEN_YOUNG) if gender == "M" else (_WOMEN_OLD, _WOMEN_MID, _WOMEN_YOUNG)
    found: list[Spelling] = []
    for entry in blocks[generation].replace("\n", "|").split("|"):
        if entry:
            reading, *spellings = entry.split(" ")
            for place, kanji in enumerate(spellings):
                found += [Spelling(kanji, katakana(reading))] * (3 if place == 0 else 1)
    return tuple(found)


@cache
def rare_given_names(gender: str) -> tuple[Spelling, ...]:
    """The long tail of given names: thousands of spellings, in the order of the data set."""
    men, women = load_dataset("opti")
    entries = men if gender == "M" else women
    return tuple(Spelling(kanji, katakana(reading)) for reading, entry in entries.items() for kanji in entry["kanji"])


@cache
def spellings_by_kana() -> dict[str, tuple[str, ...]]:
    """For each given-name reading of our own list, the ways it is written; what a wrong conversion picks from."""
    found: dict[str, dict[str, None]] = {}
    for gender in ("M", "F"):
        for year in (1950, 1980, 2000):
            for spelling in given_names(gender, year):
                found.setdefault(spelling.kana, {})[spelling.kanji] = None
    return {kana: tuple(kanji) for kana, kanji in found.items()}


def _divide(shares: dict[Spelling, float], kanji: str, other: Spelling, share: float) -> None:
    for spelling in [found for found in shares if found.kanji == kanji]:
        part = shares[spelling] * share
        shares[spelling] -= part
        divided = other if other.kana else Spelling(other.kanji, spelling.kana)
        shares[divided] = shares.get(divided, 0.0) + part
