# ruff: noqa: E501, SIM905 - a table: its lines follow the meaning, not the width
"""Words that tell a body (company, shop, office, school) without its legal form, and words of desks in it; set by hand.

No word here ends a person's name; the few that some given name is written with stand apart in `ALSO_GIVEN_NAMES`.
"""

BODY_ENDINGS = frozenset(
    """
商事 商店 商会 商社 商工 商行 商館 本舗 物産 産業 工業 鉱業 林業 興業 興産 鋼業 紙業 総業 製作所 製造所 鉄工所 鉄工 鋼材 鋼管 製鋼 製鉄 鋳造 鍛造 製缶 板金 金型 金属 金物
建設 建築 土木 工務店 工務所 設備 設計 電設 空調 水道 塗装 造園 住宅 住建 住販 不動産 建材 資材 木材 木工 石材 材木店 建具 造船 測量 電機 電気 電器 電子 電工 電装 電力 無線
機械 機器 機工 精機 精工 精密 化学 化成 化工 製薬 薬品 薬局 食品 製菓 製麺 製粉 製パン 製紙 製本 製版 紙工 紙器 包装 梱包 印刷 印刷所 酒造 醸造 水産 農園 農場 牧場 畜産 種苗 園芸
繊維 紡績 織物 染色 衣料 呉服店 洋品店 家具 硝子 書店 書房 文具 酒店 米店 花店 菓子店 精肉店 鮮魚店 青果 食堂 飯店 酒場 料理店 旅館 温泉 民宿 百貨店 写真館 時計店 楽器店
運輸 運送 物流 倉庫 海運 陸運 通運 港運 輸送 配送 交通 観光 旅行 旅行社 鉄道 航空 自動車 自工 貿易 交易 通商 輸入 販売 卸売 石油 瓦斯 道路
新聞 新聞社 出版 出版社 広告 広告社 放送 通信 情報 情報処理 技研 技術 技工 工房 工芸 開発 企画 印刷企画 総研 総合研究所 研究所 研究会 事務所 会計事務所 法律事務所 設計事務所 税理士事務所 社労士事務所
銀行 証券 信用金庫 信用組合 保険 生命保険 火災保険 信託 警備 警備保障 清掃 整備 人材 介護 福祉 医療 美容室 美容院 理容室 理容所 理髪店 接骨院 整骨院 整体院 鍼灸院 治療院
病院 医院 診療所 歯科 眼科 内科 外科 小児科 皮膚科 耳鼻科 歯科医院 動物病院 学園 学院 大学 大学院 短期大学 専門学校 高等学校 高校 中学校 小学校 学校 学習塾 進学塾 幼稚園 保育園 保育所 こども園 図書館 美術館 博物館 公民館
市役所 区役所 町役場 村役場 役場 県庁 府庁 都庁 警察署 消防署 税務署 郵便局 保健所 商工会 商工会議所 会議所 自治会 町内会 協会 協議会 連合会 連盟 委員会 振興会 同窓会 後援会 福祉会 学会 財団 社団 教会 神社 組合 協同組合 労働組合 農協 漁協 生協 倶楽部 事務局
システム システムズ システムサービス テクノロジー テクノロジーズ テクノ デザイン デザインズ フーズ エンジニアリング サービス ホールディングス グループ ソリューション ソリューションズ コーポレーション カンパニー インターナショナル ジャパン
コンサルティング コンサルタント コンサルタンツ パートナーズ プランニング プロダクツ プロダクト プロダクション プロモーション エンタープライズ エンタテインメント エレクトロニクス ロジスティクス トランスポート トレーディング マーケティング マネジメント メディカル ファーマシー ケミカル マテリアル
スチール パッケージ プリント ネットワーク ネットワークス ネットサービス コミュニケーションズ ソフト ソフトウェア メディア クリエイト クリエイティブ クリーニング リフォーム エステート キャピタル ファイナンス ファクトリー ファーム ベーカリー キッチン ダイニング
クリニック ホテル レストラン カフェ サロン スタジオ スクール センター ショップ ストア ストアー マーケット モータース タクシー クラブ アカデミー ラボラトリー インダストリー インダストリーズ コーポ
ケンキュウジョ セイサクショ コウムテン テッコウ テッコウショ デンリョク デンセツ ウンユ ブツリュウ フドウサン ブッサン コウギョウ サンギョウ ショウテン ショウカイ コウサン インサツ ショクヒン セイヤク ヤクヒン セイメン キンゾク セイミツ ケンセツ ケンチク ドボク セツビ
デンキ ハンバイ ボウエキ スイサン ノウエン シュゾウ センショク ゾウエン セキユ コウツウ リョコウ テツドウ コウクウ ガクエン ホイクエン ビョウイン ショテン ショボウ シュッパン シュッパンシャ シンブンシャ モクザイ セキザイ ジドウシャ ジムショ ギジュツ ケイビ オリモノ
""".split()
)

ALSO_GIVEN_NAMES = frozenset("通信 技術 開発 広告 東洋 洋行 化成 木工 精工 鉄道 道路 テクノ 技工 精密 企画".split())
"""Behind a known family name these may be a given name: they tell a body only behind another word."""

UNSURE_FORM_ENDINGS = (
    "会 園 院 社 所 校 組 協会 学園 クリニック クラブ センター 館 寺 堂 連 団 財団 社団 福祉会 研究会 ホーム"
).split()
"""Ends of a name whose bracketed legal form alone could also be a remark on a person: (学)青山会."""

LATIN_LAST_WORDS = frozenset(
    """
trading traders logistics systems system solutions industries industrial foods food electronics electric technologies technology tech
services service consulting consultants engineering engineers construction constructions constructors partners associates holdings holding group international
enterprise enterprises products works printing printers pharma pharmaceutical pharmaceuticals chemical chemicals motors hotel hotels restaurant restaurants clinic hospital university college
school institute foundation trust association society agency studios design designs media publishing publishers books bookstore store stores shop shops supermarket bakery brewery winery
pharmacy farms widgets tools machinery machines instruments materials metals steel plastics textiles fashion furniture software hardware network networks communications telecom
energy power gas oil mining shipping transport transports transportation airlines railways travel tours tourism insurance finance financial investments capital ventures advisors
properties realty estate marketing advertising entertainment productions records museum library theatre theater academy kindergarten hospitality catering cleaning security
facilities supply supplies supplier distribution distributors wholesale exports imports export import laboratories laboratory labs company corporation japan welfare federation council committee union cooperative coop
logistik technik maschinen werkzeuge werke werk maschinenbau anlagenbau handel grosshandel verlag spedition druckerei backerei metzgerei apotheke autohaus gasthof schreinerei tischlerei gartnerei brauerei reisen immobilien versicherungen
construcciones transportes distribuciones servicios inversiones alimentos industrias hermanos asociados editorial costruzioni trasporti servizi industrie edilizia arredamenti ceramiche
construcoes servicos industria comercio associados bouwbedrijf handelsonderneming bakkerij slagerij
""".split()
)
"""Last words of a Latin name, lower case without accents."""

LATIN_LAST_PARTS = ("technik", "logistik", "maschinen", "handel", "werke", "verlag", "maschinenbau", "gesellschaft", "backerei", "druckerei", "brauerei", "versicherung")  # fmt: skip

LATIN_FIRST_WORDS = frozenset(
    """
societe etablissements ets boulangerie patisserie boucherie fromagerie pharmacie librairie imprimerie menuiserie charpenterie restaurant brasserie hotel garage cabinet domaine chateau atelier ateliers
transports fondation association mairie ecole universite groupe compagnie entreprise
officine officina autofficina ditta azienda pasticceria panificio farmacia trattoria ristorante tipografia cantina cantine societa industrie costruzioni trasporti fratelli pizzeria albergo
frutas panaderia farmacia talleres construcciones transportes distribuciones comercial hermanos grupo bodegas bodega libreria ferreteria carniceria restaurante gestoria sociedad empresa compania clinica hotel supermercados
backerei metzgerei apotheke autohaus gasthof gasthaus schreinerei tischlerei gartnerei spedition druckerei brauerei kanzlei praxis weingut verlag firma
bakkerij slagerij padaria construtora oficina irmaos comercio universidad university universita institut instituto institute bank banco banca banque
""".split()
)
"""First words of a Latin name of two words or more, lower case without accents."""

DESK_TOPICS = (
    "総務|庶務|人事|労務|採用|経理|会計|財務|営業|販売|購買|資材|調達|仕入|仕入れ|広報|宣伝|企画|経営企画|開発|商品開発|技術|製造|生産|生産管理|品質管理|品質保証|業務|物流|配送|法務|管理|施設管理|"
    "情報システム|システム|IT|サポート|カスタマーサポート|カスタマーサービス|お客様|お客さま|お客様相談|お客様サポート|顧客|相談|お問い合わせ|お問合せ|問い合わせ|問合せ|受付|予約|注文|発注|受注|請求|支払|"
    "秘書|監査|研究|研究開発|事業|海外|国内|国際|貿易|輸出|輸入|教務|学務|事務|医事|学生|マーケティング|EC|通販|店舗|工事|工務|設計|設備|保守|サービス|購買管理|総務人事|人事総務|総務経理|経理総務|ご予約|ご注文|HP|WEB|Web"
)
DESK_UNITS = "本部|部門|部|課|室|係|グループ|チーム|センター|デスク|窓口|局|班|担当部署|部署"
DESK_ROLES = "ご担当|御担当|担当|責任者|ご責任者|御責任者|窓口|係|代表|一同|スタッフ"
DESK_ALONE = (
    "総務 人事 経理 営業 庶務 受付 事務局 事務所 本社 窓口担当 お客様窓口 店長 部長 課長 係長 主任 社長 院長 園長 校長 所長 代表取締役 代表取締役社長 代表者 責任者 スタッフ スタッフ一同 社員一同 従業員一同 担当部署 関係者"
).split()
"""Words that name a place in an organisation and nobody in it. 本部, 窓口, 開発 and 技術 alone are left out: family names."""

LATIN_DESK_TOPICS = frozenset(
    "sales accounting accounts finance purchasing procurement marketing hr personnel recruiting recruitment reception support helpdesk it operations logistics legal administration admin billing info office inquiries enquiries "
    "export import production engineering quality shipping".split()
)
LATIN_DESK_PHRASES = frozenset(
    "customer service|customer support|customer care|human resources|accounts payable|accounts receivable|front desk|help desk|head office|public relations|general affairs|research and development|r&d|quality assurance|business development".split(
        "|"
    )
)
LATIN_DESK_UNITS = frozenset("department dept division team desk office group section unit staff".split())
LATIN_TITLES = frozenset(
    "manager director engineer president officer consultant executive analyst founder partner buyer ceo cto cfo coo chief chairman secretary assistant clerk accountant representative supervisor coordinator specialist "
    "leader head vice senior junior general deputy managing section sales technical project product account regional lead owner principal administrator developer designer planner researcher scientist professor lecturer".split()
)
"""Words of job titles; a line of nothing but these, and words of desks, names nobody."""

LATIN_TITLE_HEADS = frozenset(
    "manager director engineer president officer consultant executive analyst founder partner buyer ceo cto cfo coo chief chairman secretary assistant clerk accountant representative supervisor coordinator specialist leader owner "
    "administrator developer designer planner researcher scientist professor lecturer head".split()
)
"""The words without which a line is no job title."""
