"""What companies are called: cores with kana and English, legal forms, departments, job titles, branches."""

from typing import NamedTuple


class Core(NamedTuple):
    """The distinctive part of a company's name."""

    written: str
    kana: str
    english: str


# written:katakana:English
_HEADS = """
青葉:アオバ:Aoba 東和:トウワ:Towa 北洋:ホクヨウ:Hokuyo 三栄:サンエイ:Sanei 大和:ダイワ:Daiwa
富士見:フジミ:Fujimi 丸山:マルヤマ:Maruyama 桜井:サクライ:Sakurai 日新:ニッシン:Nisshin 共栄:キョウエイ:Kyoei
中央:チュウオウ:Chuo 旭:アサヒ:Asahi 西川:ニシカワ:Nishikawa みどり:ミドリ:Midori さくら:サクラ:Sakura
ひまわり:ヒマワリ:Himawari 髙木:タカギ:Takagi 渡邊:ワタナベ:Watanabe 光洋:コウヨウ:Koyo 太陽:タイヨウ:Taiyo
新栄:シンエイ:Shinei 平和:ヘイワ:Heiwa 関東:カントウ:Kanto 瀬戸内:セトウチ:Setouchi 若葉:ワカバ:Wakaba
協和:キョウワ:Kyowa 信濃:シナノ:Shinano 琉球:リュウキュウ:Ryukyu 千代田:チヨダ:Chiyoda 豊栄:ホウエイ:Hoei
小松原:コマツバラ:Komatsubara アクア:アクア:Aqua ブルースカイ:ブルースカイ:Blue_Sky
サンフラワー:サンフラワー:Sunflower ネクスト:ネクスト:Next グローバル:グローバル:Global エヌケイ:エヌケイ:NK
ミライ:ミライ:Mirai ヴェルデ:ヴェルデ:Verde キャノピー:キャノピー:Canopy
"""
_TRADES = """
商事:ショウジ:Trading 製作所:セイサクショ:Works 工業:コウギョウ:Industries 建設:ケンセツ:Construction
電機:デンキ:Electric 運輸:ウンユ:Logistics 不動産:フドウサン:Real_Estate 食品:ショクヒン:Foods
印刷:インサツ:Printing 商店:ショウテン:Store システム:システム:Systems テクノロジー:テクノロジー:Technology
デザイン:デザイン:Design 薬品:ヤクヒン:Pharma 化学:カガク:Chemical フーズ:フーズ:Foods
エンジニアリング:エンジニアリング:Engineering 物産:ブッサン:Products 観光:カンコウ:Tourism
設備:セツビ:Facilities
"""
_CARE_TRADES = """
会:カイ:Kai 学園:ガクエン:Gakuen クリニック:クリニック:Clinic 福祉会:フクシカイ:Welfare 協会:キョウカイ:Association
"""

# Form written out, its short forms (the first is the single character, if there is one), Latin form, weight.
LEGAL_FORMS: tuple[tuple[str, tuple[str, ...], str, float], ...] = (
    ("株式会社", ("㈱", "(株)", "（株）"), "Co., Ltd.", 68),
    ("有限会社", ("㈲", "(有)", "（有）"), "Ltd.", 14),
    ("合同会社", ("(同)", "（同）"), "G.K.", 10),
    ("医療法人", ("(医)", "（医）"), "Medical Corp.", 3),
    ("一般社団法人", ("(一社)", "（一社）"), "Association", 3),
    ("学校法人", ("(学)", "（学）"), "School Corp.", 2),
)
SHORT_FORMS = {form: short for form, short, _, _ in LEGAL_FORMS}
LATIN_FORMS = {form: latin for form, _, latin, _ in LEGAL_FORMS}
FORM_KANA = {"株式会社": "カブシキガイシャ", "有限会社": "ユウゲンガイシャ", "合同会社": "ゴウドウガイシャ"}

# Core of a foreign company, its form, the country it sits in.
FOREIGN_COMPANIES = (
    ("Contoso Asia", "Pte. Ltd.", "SG"), ("Acme Widgets", "Inc.", "US"), ("Blue Harbor Foods", "LLC", "US"),
    ("Lakeview Systems", "Inc.", "US"), ("Muster Maschinen", "GmbH & Co. KG", "DE"),
    ("Nordwind Logistik", "GmbH", "DE"), ("Köhler Werkzeuge", "AG", "DE"), ("Thames Valley Books", "Ltd", "GB"),
    ("Oakfield Partners", "LLP", "GB"), ("Société Lumière", "S.A.", "FR"), ("Boulangerie Girard", "SARL", "FR"),
    ("Officine Rossi", "S.p.A.", "IT"), ("Naranjas Muñoz", "S.L.", "ES"), ("Merlion Trading", "Pte Ltd", "SG"),
)  # fmt: skip

DEPARTMENTS = (
    "営業部",
    "総務部",
    "経理部",
    "情報システム部",
    "購買課",
    "人事部",
    "第一営業部 営業二課",
    "技術部",
    "品質保証室",
    "",
)
FOREIGN_DEPARTMENTS = ("Sales", "Purchasing", "Finance", "IT", "Operations", "")
JOB_TITLES = ("部長", "課長", "主任", "係長", "マネージャー", "代表取締役", "", "", "", "")
FOREIGN_JOB_TITLES = ("Manager", "Director", "Buyer", "Engineer", "")
BRANCHES = ("大阪支店", "東京本社", "名古屋営業所", "福岡支店", "札幌営業所", "仙台支店", "横浜営業所", "広島支店")
_SUBSIDIARY_TAILS = """
サービス:サービス:Service ホールディングス:ホールディングス:Holdings 販売:ハンバイ:Sales 物流:ブツリュウ:Logistics
ソリューションズ:ソリューションズ:Solutions
"""


def _cores(text: str) -> tuple[Core, ...]:
    return tuple(Core(*entry.replace("_", " ").split(":")) for entry in text.split())


HEADS = _cores(_HEADS)
TRADES = _cores(_TRADES)
CARE_TRADES = _cores(_CARE_TRADES)
SUBSIDIARY_TAILS = _cores(_SUBSIDIARY_TAILS)
