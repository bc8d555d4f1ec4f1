"""Short cuts of columns: whatever they read, they read as the one-by-one standardiser of the field does."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_pipelines.standardise.address_master import municipalities, towns_of
from crm_pipelines.standardise.columns import PLAIN, standardise_values, usual_values
from crm_pipelines.standardise.fields import FIELDS
from crm_pipelines.standardise.plain.texts import cleaned
from crm_pipelines.standardise.romaji import romaji
from crm_pipelines.standardise.tables.body_words import BODY_ENDINGS
from crm_pipelines.standardise.tables.loading import given_name_rows, surname_rows
from crm_pipelines.standardise.text import clean_text

SETTINGS = settings(derandomize=True, deadline=None, database=None, max_examples=40)


def _some(rows, number):
    """Every so many of the rows in their order, so that each run takes the same."""
    found = sorted(row for row in rows if row)
    return found[:: max(len(found) // number, 1)][:number]


FAMILIES = [
    *_some(surname_rows(), 400),
    "佐藤",
    "山﨑",
    "𠮷田",
    "佐佐木",
    "佐々木",
    "渡部",
    "林",
    "森",
    "大",
    "東",
    "一",
    "関",
    "金",
    "李",
]
GIVENS = [
    *_some(given_name_rows(), 400),
    "太郎",
    "花子",
    "一",
    "翔",
    "寬",
    "神一",
    "真由美",
    "隆史",
    "科",
    "商事",
    "大翔",
]
KANA_FAMILIES = [reading for row in _some(surname_rows(), 150) for reading in surname_rows()[row][1].split()[:1]]
KANA_GIVENS = [reading for row in _some(given_name_rows(), 150) for reading in given_name_rows()[row].split()[:1]]
LATIN = [romaji(name).capitalize() for name in (*KANA_FAMILIES, *KANA_GIVENS)] + [
    "John", "Mary", "Smith", "Wang", "Li", "Nguyen", "Kim", "Van", "Test", "Doe", "No", "Name", "Sales",
    "Manager", "Ltd",
]  # fmt: skip
ODD = ["様", "さん", "御中", "テスト", "不明", "なし", "部長", "先生", "方", "家", "会社", "サン", "女史", "病院", "殿"]
BODIES = _some(BODY_ENDINGS, 80)
GAPS = ["", " ", "　", ", ", "・"]
HOMES = [municipalities()[name] for name in _some(municipalities(), 60)]
PLACES = [
    f"{prefecture}{home.city}{town}"
    for home in HOMES
    for prefecture in (home.prefecture, "")
    for town in _some((town for town, _ in towns_of(home).names.values()), 2)
]
# Towns before a number that another town takes into its name (井田三舞町), with a number of their own, of Kyoto.
PLACES += [
    "川崎市中原区井田", "北海道旭川市東5条", "旭川市緑が丘4条", "京都市左京区山端橋ノ本町", "京都府京都市中京区榎木町",
    "京都市中京区寺町通二条", "札幌市中央区北3条西",
]  # fmt: skip
NUMBERS = [
    "{}-{}-{}",
    "{}-{}",
    "{}",
    "{}丁目{}番{}号",
    "{}番地{}",
    "{}番地",
    "{}番{}号",
    "{}-{}-{}-{}",
    "{}番地の{}",
    "{}の{}",
]
TAILS = [
    " {}ビル {}",
    " 第2{}ハイツ{}号室",
    " {}荘",
    "{}マンション{}",
    " {}タワー {}F",
    " {}方",
    " {} {}階",
    "(株){}",
    " {}番館 {}",
    " 上る{}町 {}",
    " 舞町{} {}",
]
FIGURES = st.integers(0, 1200).map(str) | st.sampled_from(["一", "二", "十", "十二", "二十三", "５", "12"])
FORMS = [
    "株式会社", "(株)", "㈱", "有限会社", "（有）", "合同会社", "一般社団法人", "株", "カ)", "医療法人", "(医)",
    "学校法人", "（学）", "(一社)", "社会福祉法人", "(福)", "(特非)", "カブシキガイシャ", "ユウゲンガイシャ",
]  # fmt: skip
CORES = st.text("青木山製作所工業商店会社中部テックサービスー田村ヶ", min_size=1, max_size=6) | st.sampled_from(
    ["テスト", "不明", "山田商店", "東京支店", "総務部", "ABC", "グループ", "みどり会", "青木理事長", "カメダ", "シャ"]
)
LATIN_COMPANIES = [
    "Takagi", "Chemical", "Medical", "And", "Und", "The", "Test", "Holdings", "Association", "Oy", "Van", "Kaisha",
]  # fmt: skip


def _person():
    word = st.sampled_from([*FAMILIES, *GIVENS, *KANA_FAMILIES, *KANA_GIVENS, *ODD])
    japanese = st.tuples(
        word, st.sampled_from(GAPS), word, st.sampled_from(["", "", "", "様", " 様", "殿", "先生"])
    ).map("".join)
    latin = st.sampled_from([*LATIN, *map(str.upper, LATIN[:40]), "T.", "A.", "J"])
    user = st.sampled_from([*map(str.lower, LATIN), "t", "x", "dr", "jr", "info", "abc", "no", "na", "unknown"])
    figures = st.sampled_from(["", "", "1", "28962"])
    user_name = st.tuples(user, st.sampled_from(["", ".", "_", "-"]), st.just("") | user, figures).map("".join)
    body = st.tuples(
        st.sampled_from([*FAMILIES, "青葉", "テスト", "みどり"]),
        st.sampled_from(BODIES),
        st.sampled_from(["", " ", "　"]),
        st.sampled_from(
            ["", "", "株式会社", "学校法人", "(学)", "（同）", "御中", "カブシキガイシャ", "医療法人 御中"]
        ),
    ).map("".join)
    front = st.tuples(
        st.sampled_from(["(同)", "株式会社 ", "（学）", "一般社団法人"]),
        st.sampled_from([*FAMILIES, "ＡＢＣ", "不明", "会"]),
    ).map("".join)
    return (
        japanese | user_name | body | front | st.tuples(latin, st.sampled_from([" ", ", ", "  "]), latin).map("".join)
    )


def _kana():
    word = st.sampled_from([*KANA_FAMILIES, *KANA_GIVENS, "サン", "ヴァーグ", "テスト", "フメイ", "オオウチ", "ーア"])
    return st.tuples(word, st.sampled_from(GAPS), word).map("".join)


def _address_abroad():
    number, code = st.integers(1, 999).map(str), st.integers(0, 99_999).map("{:05}".format)
    street = st.sampled_from(["Park Road", "rue de la République", "Hauptstraße", "PO Box", "Via Roma", "st Street"])
    city = st.sampled_from(["Austin, TX {}", "{} Lyon", "{} Köln", "London SE1 4AA", "Singapore 0{}", "{} Paris Cedex"])
    house = st.tuples(number, street).map(" ".join) | st.tuples(street, number).map(" ".join)
    return st.tuples(house, city, code).map(lambda parts: f"{parts[0]}, {parts[1].format(parts[2])}")


def _address():
    tail = st.tuples(st.sampled_from(TAILS), st.sampled_from(["青葉", "サン", "三番", "メゾン・ド", "X"]), FIGURES).map(
        lambda parts: parts[0].format(*parts[1:])
    )
    number = st.tuples(st.sampled_from(NUMBERS), FIGURES, FIGURES, FIGURES, FIGURES).map(
        lambda parts: parts[0].format(*parts[1:])
    )
    return (
        st.tuples(
            st.sampled_from([*PLACES, "不明"]),
            st.sampled_from(["", "", "四丁目", "大字", " "]),
            number,
            st.just("") | tail,
        ).map("".join)
        | _address_abroad()
    )


def _phone():
    digits = st.text("0123456789", min_size=2, max_size=4) | st.sampled_from(
        ["090", "03", "0120", "1234", "5678", "0000"]
    )
    start = st.sampled_from(["0", "", "+81", "+81 ", "+1 ", "+81-0", "(0"])
    between, behind = st.sampled_from("- ()ー－"), st.sampled_from(["-", " ", ")", ""])
    tail = st.sampled_from(["", "", " 内線12", " ext.365", "内5", " 内123456", " ext 3"])
    number = st.tuples(start, digits, between, digits, behind, digits, tail).map("".join)
    hyphened = st.tuples(st.sampled_from(["03", "0467", "090", "0120", "3"]), digits, digits).map("-".join)
    code = st.sampled_from(
        ["1", "7", "33", "34", "39", "44", "49", "52", "54", "55", "61", "65", "82", "86", "852", "886"]
    )
    foreign = st.tuples(code, st.sampled_from(["", " "]), st.text("0123456789 -", min_size=6, max_size=12)).map(
        lambda parts: "+" + "".join(parts)
    )
    return number | foreign | hyphened | st.tuples(hyphened, st.sampled_from([" / ", "/"]), hyphened).map("".join)


def _email():
    local = st.text("abz09._-+", min_size=1, max_size=8) | st.sampled_from(
        ["info", "test", "none", "taro.yamada", "a+b", "taro..k", "_t", "taro.+news"]
    )
    domain = st.sampled_from(
        [
            "gmail.com",
            "googlemail.com",
            "docomo.ne.jp",
            "gmial.com",
            "example.com",
            "aoba.example.jp",
            "aoba.co.jp",
            "none.jp",
        ]
        + ["yahoo.co.jp", "icloud.com", "a..b", "-x.jp", "local", "hotmai.co.jp", "mailinator.com", "日本.jp"]
    )
    return st.tuples(local, st.just("@"), domain).map("".join) | st.tuples(local, st.just("@"), domain).map(
        lambda p: "".join(p).upper()
    )


def _company():
    tail = st.sampled_from(
        [
            "",
            "",
            " 御中",
            " 札幌支店",
            " 総務部",
            " 東京",
            "　第一営業部 二課",
            " 様",
            " 削除",
            " (アオキ)",
            " 部長 山田太郎",
        ]
    )
    before = st.tuples(st.sampled_from(FORMS), st.sampled_from(["", " "]), CORES, tail)
    behind = st.tuples(CORES, st.sampled_from(["", " "]), st.sampled_from(FORMS), tail)
    words = st.lists(st.sampled_from(LATIN_COMPANIES), min_size=1, max_size=4).map(" ".join)
    latin = st.tuples(words, st.sampled_from([" Co., Ltd.", " Inc.", ", Inc.", " K.K.", " Ltd", " LLC"])).map("".join)
    return before.map("".join) | behind.map("".join) | CORES | latin


def _date():
    number = st.integers(0, 40).map(str) | st.integers(0, 40).map("{:02}".format)
    eras = st.sampled_from(["明治", "M", "大正", "T", "昭和", "S", "平成", "H", "令和", "R", "s", "昭"])
    year_of_era = st.tuples(eras, st.integers(0, 70).map(str) | st.just("元")).map("".join)
    return st.tuples(
        st.integers(1700, 2300).map(str) | year_of_era,
        st.sampled_from("-/年."),
        number,
        st.sampled_from("-/月."),
        number,
        st.sampled_from(["", "日"]),
    ).map("".join)


def _id():
    return st.text("0123456789", min_size=12, max_size=14) | st.sampled_from(
        ["7000012050002", "T7000012050002", "7-0000-1205-0002", "７０００012050002", "1111111111111", "8000000000000"]
    )


VALUES = {
    "person": _person(), "kana": _kana(), "address": _address(), "phone": _phone(), "email": _email(),
    "company": _company(), "date": _date(), "id": _id(),
}  # fmt: skip
USUAL = {
    "person": ["佐藤 健太", "佐藤健太", "佐藤　健太様", "山﨑 健太", "𠮷田健太", "サトウ ケンタ", "Taro Yamada",
        "YAMADA Taro", "Yamada T.", "佐藤 健太殿", "佐藤 健太先生", "kaze28962", "s.kanaya", "北本商店",
        "東和設備 株式会社", "（学）竹田福祉会", "株式会社　琉球印刷 御中"],
    "kana": ["サトウ ケンタ", "ｻﾄｳ ｹﾝﾀ", "さとう けんた"],
    "address": [
        "東京都港区芝公園4-2-8", "東京都港区芝公園四丁目2番8号", "東京都港区芝公園４－２－８ 青葉ビル 3F",
        "55 avenue Jean Jaurès, 69006 Lyon", "104 Park Road, London SE1 4AA", "Lindenweg 66, 50698 Köln",
        "川崎市中原区井田3-42-24", "北海道旭川市東５条4-2-8", "京都府京都市左京区山端橋ノ本町4丁目26番2号",
    ],
    "phone": [
        "03-5253-1111", "03-5253-1111 内線12", "09012345670", "+81 90-1234-5670", "9012345670",
        "+1 212-555-0142", "+442079460123", "+65 6123 4567", "+49 30 901820",
        "03-5253-1111 / 090-1234-5670",
    ],
    "email": ["taro.yamada@aoba.co.jp", "TARO@AOBA.CO.JP", "taro+shop@aoba.co.jp", "taro..y@aoba.co.jp"],
    "company": [
        "株式会社青木製作所", "青木製作所㈱", "株式会社青木製作所 札幌支店", "青木製作所", "（学）青木学園",
        "みどり会 医療法人", "カブシキガイシャ アオキセイサクショ", "Aoki Medical Works Co., Ltd.",
    ],
    "date": ["1985-04-01", "1985年4月1日", "平成6年12月4日", "H元.5.19"],
    "id": ["7000012050002", "T7000012050002"],
}  # fmt: skip


@pytest.mark.parametrize("field", VALUES)
def test_a_short_cut_says_what_the_standardiser_of_the_field_says(field):
    @given(values=st.lists(VALUES[field], min_size=50, max_size=50, unique=True))
    @SETTINGS
    def check(values):
        _check(field, values)

    check()


@given(values=st.lists(st.text(max_size=12), max_size=30, unique=True), field=st.sampled_from(sorted(PLAIN)))
@SETTINGS
def test_a_short_cut_says_so_for_any_text(values, field):
    _check(field, values)


@pytest.mark.parametrize("field", USUAL)
def test_usual_values_take_the_short_cut(field):
    usual, others = usual_values(USUAL[field], field)
    assert others["raw"].to_list() == []
    assert len(usual) == len(USUAL[field])


@given(values=st.lists(st.text(max_size=8) | st.text("ｶﾞア ー－−～㈱１aéß", max_size=8), max_size=30, unique=True))
@SETTINGS
def test_texts_are_cleaned_as_one_by_one(values):
    for raw, text in cleaned(pl.DataFrame({"raw": values}, schema={"raw": pl.String()})).rows():
        assert text == clean_text(raw)


def _check(field, values):
    found = {values[row.pop("index")]: row for row in standardise_values(values, field).rows(named=True)}
    assert len(found) == len(values)
    for raw in values:
        value = FIELDS[field].standardise(raw, "JP")
        expected = {
            "std": value.std,
            "keys": list(value.keys),
            "status": value.status.value,
            "rules": list(value.rules),
        }
        assert found[raw] == expected, raw
