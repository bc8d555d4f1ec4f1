"""Names of people from other countries, with the katakana a Japanese form would get for them."""

from random import Random
from typing import NamedTuple

from crm_pipelines.demo.chance import Weighted, one_of
from crm_pipelines.demo.world import PersonName


class _Country(NamedTuple):
    families: str
    men: str
    women: str


# spelling:katakana[:nickname], entries separated by blanks; a `_` stands for a blank inside a name.
_LATIN = {
    "US": _Country(
        "Smith:スミス Johnson:ジョンソン Williams:ウィリアムズ Brown:ブラウン Davis:デイビス Miller:ミラー",
        "Robert:ロバート:Bob William:ウィリアム:Bill Michael:マイケル:Mike James:ジェームズ:Jim Thomas:トーマス:Tom",
        "Elizabeth:エリザベス:Liz Jennifer:ジェニファー:Jen Katherine:キャサリン:Kate Susan:スーザン:Sue",
    ),
    "GB": _Country(
        "Taylor:テイラー Wilson:ウィルソン Evans:エバンズ O'Connor:オコナー Clarke:クラーク Smith:スミス",
        "Andrew:アンドリュー:Andy David:デイビッド:Dave Christopher:クリストファー:Chris Edward:エドワード:Ed",
        "Margaret:マーガレット:Maggie Victoria:ビクトリア:Vicky Charlotte:シャーロット Helen:ヘレン",
    ),
    "DE": _Country(
        "Müller:ミュラー Schmidt:シュミット Schäfer:シェーファー Weiß:ヴァイス Köhler:ケーラー Becker:ベッカー",
        "Jürgen:ユルゲン Hans-Peter:ハンスペーター Matthias:マティアス Björn:ビョルン Stefan:シュテファン",
        "Käthe:ケーテ Sabine:ザビーネ Ursula:ウルズラ Anna:アンナ Jördis:イェルディス",
    ),
    "FR": _Country(
        "Lefèvre:ルフェーヴル Dubois:デュボワ Moreau:モロー Bélanger:ベランジェ Girard:ジラール",
        "François:フランソワ Jean-Luc:ジャンリュック André:アンドレ Rémi:レミ Pierre:ピエール",
        "Hélène:エレーヌ Amélie:アメリ Chloé:クロエ Marie:マリー Zoé:ゾエ",
    ),
    "IT": _Country(
        "Rossi:ロッシ De_Luca:デルーカ Esposito:エスポジト Bianchi:ビアンキ D'Angelo:ダンジェロ",
        "Giuseppe:ジュゼッペ:Beppe Marco:マルコ Niccolò:ニコロ Luca:ルカ",
        "Giulia:ジュリア Francesca:フランチェスカ Chiara:キアラ Sofia:ソフィア",
    ),
    "ES": _Country(
        "García:ガルシア Muñoz:ムニョス Fernández:フェルナンデス Núñez:ヌニェス Jiménez:ヒメネス",
        "José:ホセ:Pepe Jesús:ヘスス Andrés:アンドレス Ramón:ラモン",
        "María:マリア Begoña:ベゴーニャ Lucía:ルシア Carmen:カルメン",
    ),
    "VN": _Country(
        "Nguyen:グエン Tran:チャン Le:レ Pham:ファム Hoang:ホアン Vu:ヴー",
        "Van_Anh:ヴァンアン Minh_Duc:ミンドゥック Quang:クアン Tuan:トゥアン",
        "Thi_Lan:ティラン Thi_Hoa:ティホア Ngoc_Mai:ゴックマイ Thu_Ha:トゥハー",
    ),
    "BR": _Country(
        "Silva:シルバ Souza:ソウザ Yamamoto:ヤマモト Oliveira:オリベイラ Sato:サトウ",
        "João:ジョアン Paulo:パウロ Rodrigo:ホドリゴ Carlos:カルロス",
        "Ana_Paula:アナパウラ Conceição:コンセイソン Juliana:ジュリアナ Beatriz:ベアトリス",
    ),
}

# kanji:katakana:romaji
_HANZI = {
    "CN": _Country(
        "李:リ:Li 王:オウ:Wang 張:チョウ:Zhang 劉:リュウ:Liu 陳:チン:Chen 林:リン:Lin 楊:ヨウ:Yang",
        "明:メイ:Ming 偉:イ:Wei 建国:ケンコク:Jianguo 志強:シキョウ:Zhiqiang 浩然:コウゼン:Haoran",
        "芳:ホウ:Fang 静:セイ:Jing 麗華:レイカ:Lihua 雪梅:セツバイ:Xuemei 婷婷:テイテイ:Tingting",
    ),
    "KR": _Country(
        "金:キム:Kim 朴:パク:Park 李:イ:Lee 崔:チェ:Choi 鄭:チョン:Jung",
        "民秀:ミンス:Minsoo 俊昊:ジュノ:Junho 成勲:ソンフン:Sunghoon 東旭:ドンウク:Dongwook",
        "智恵:ジヘ:Jihye 秀珍:スジン:Soojin 恩英:ウニョン:Eunyoung 美羅:ミラ:Mira",
    ),
}

_NATIONALITIES: Weighted[str] = Weighted(
    ("US", "GB", "DE", "FR", "IT", "ES", "VN", "BR", "CN", "KR"), (16, 9, 9, 6, 5, 5, 12, 8, 18, 12)
)
EUROPEAN = frozenset(("US", "GB", "DE", "FR", "IT", "ES"))


def foreign_name(rng: Random, gender: str) -> tuple[str, PersonName]:
    """A nationality (ISO 3166) and a name usual there."""
    nationality = _NATIONALITIES.pick(rng)
    country = _HANZI.get(nationality) or _LATIN[nationality]
    family = one_of(rng, _ENTRIES[country.families])
    given = one_of(rng, _ENTRIES[country.men if gender == "M" else country.women])
    if nationality in _HANZI:
        return nationality, PersonName(family[0], given[0], family[1], given[1], family[2], given[2], "hanzi")
    nickname = given[2] if len(given) > 2 else ""
    return nationality, PersonName(family[0], given[0], family[1], given[1], family[0], given[0], "latin", nickname)


def _entries(text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(part.replace("_", " ") for part in entry.split(":")) for entry in text.split(" "))


_ENTRIES = {text: _entries(text) for country in (*_LATIN.values(), *_HANZI.values()) for text in country}
