# ruff: noqa: E501 - a table: its lines follow the meaning, not the width
"""What headings of customer files mean, in Japanese and English: words of exports, forms and address books.

`exact` words are whole headings; a heading that only ends or begins with one of them says the same less surely. Words
are compared without spaces, punctuation, width and case, and without the polite or explaining words around them.
"""

import re
import unicodedata
from functools import cache, lru_cache
from typing import NamedTuple

# Meanings that are no canonical field: the row's key, what it is about, and columns a mapping leaves alone.
KEY = "key"
RECORD_TYPE = "record_type"
CONSENT = "consent"
STAFF = "staff"
OTHER = "other"
INDIVIDUAL_NUMBER = "individual_number"
NO_FIELDS = frozenset({KEY, RECORD_TYPE, CONSENT, STAFF, OTHER, INDIVIDUAL_NUMBER})

_WORDS = {
    "key": """
        顧客コード 顧客番号 顧客id 顧客no 得意先コード 得意先番号 得意先id 取引先コード 取引先番号 取引先id 会員番号 会員id 会員コード 会員no お客様番号
        お客様コード お客様id ユーザーid ユーザid 登録番号 管理番号 整理番号 レコードid レコード番号 コード 番号 id no 連番 通番 受付番号 企業コード 会社コード
        企業id 会社id 法人コード 患者番号 患者id 学籍番号 契約番号 カード番号なし 名刺id 仕入先コード 相手先コード bpコード 取引先cd 得意先cd 顧客cd cd
        customerid customernumber customerno customercode customerkey clientid clientcode clientnumber accountid accountnumber accountno contactid
        recordid memberid membernumber membershipnumber userid userno leadid personid partnerid key uid uuid guid rowid externalkey
        businesspartner kunnr custno custid custcode cust_id idnumber patientid""",
    "name": """
        氏名 名前 お名前 姓名 ご氏名 御氏名 顧客名 お客様名 お客様氏名 会員名 会員氏名 担当者名 担当者 ご担当者名 ご担当者 担当者氏名 先方担当者 先方担当者名 得意先担当者
        代表者名 代表者 代表者氏名 漢字氏名 氏名漢字 契約者名 契約者氏名 購入者名 購入者 購入者氏名 注文者名 注文者 申込者 申込者名 申込者氏名 利用者名 患者名 患者氏名 受講者名
        参加者名 応募者名 宛名 name fullname contactname contact contactperson customername personname clientname displayname membername
        username yourname leadname attention attn recipient recipientname primarycontact nom名 guestname""",
    "family_name": """
        姓 名字 苗字 氏 姓漢字 氏名姓 お名前姓 漢字姓 lastname familyname surname lname last namelast sn nachname nom apellido apellidos secondname""",
    "given_name": """
        名 名漢字 氏名名 お名前名 漢字名 下の名前 firstname givenname forename fname first namefirst christianname vorname prenom prénom nombre""",
    "name_kana": """
        フリガナ ふりがな カナ かな カナ氏名 氏名カナ 氏名フリガナ 氏名かな 氏名ふりがな お名前フリガナ お名前カナ お名前ふりがな 名前カナ 名前フリガナ 顧客名カナ 顧客名フリガナ
        担当者名カナ 担当者カナ 担当者フリガナ 担当者名フリガナ ヨミガナ よみがな 読み ヨミ よみ 読み仮名 読みがな 読みカナ 半角カナ 半角カナ氏名 カナ名 代表者名カナ 代表者カナ 会員名カナ
        kana namekana kananame furigana phoneticname reading namephonetic yomi yomigana fullnamekana""",
    "family_name_kana": """
        セイ せい 姓カナ 姓フリガナ カナ姓 姓かな フリガナ姓 フリガナセイ 姓ヨミ 姓ふりがな せいかな カナセイ lastnamekana familynamekana kanalastname kanafamilyname
        phoneticlastname""",
    "given_name_kana": """
        メイ めい 名カナ 名フリガナ カナ名前 名かな フリガナ名 フリガナメイ 名ヨミ 名ふりがな めいかな カナメイ firstnamekana givennamekana kanafirstname kanagivenname
        phoneticfirstname""",
    "former_name": "旧姓 旧氏名 旧姓名 旧氏 maidenname formername birthname previousname née",
    "gender": "性別 男女 性別区分 男女区分 gender sex",
    "birth_date": "生年月日 誕生日 お誕生日 出生日 birthdate dateofbirth dob birthday birth_date birthon geburtsdatum datedenaissance",
    "organisation_name": """
        会社名 企業名 法人名 社名 団体名 組織名 勤務先 勤務先名 勤務先名称 貴社名 御社名 会社 企業 法人 屋号 店名 店舗名 得意先名 取引先名 得意先名1 取引先名称 得意先名称 取引先
        得意先 施設名 学校名 病院名 事業者名 商号 商号又は名称 商号または名称 所属先 所属団体 会社名団体名 法人団体名 法人名称 会社名称 仕入先名 相手先名 会社名1 会社名漢字 お勤め先
        company companyname organisation organization organisationname organizationname account accountname businessname employer
        firm corporation corporatename companyorganization orgname org legalname tradename firma société societe empresa vendorname shopname
        storename school""",
    "organisation_name_kana": """
        会社名カナ 会社名フリガナ 会社名かな 企業名カナ 企業名フリガナ 法人名カナ 法人名フリガナ 会社カナ 会社フリガナ 得意先名カナ 取引先名カナ 取引先カナ 得意先カナ 得意先名フリガナ 取引先名フリガナ
        団体名カナ 社名カナ 社名フリガナ 商号カナ 商号フリガナ 組織名カナ companynamekana companykana kanacompany organizationkana companyphonetic companynamephonetic""",
    "corporate_number": """
        法人番号 インボイス番号 適格請求書発行事業者登録番号 適格請求書登録番号 インボイス登録番号 適格事業者番号 登録番号t 法人番号13桁 corporatenumber
        corporateid invoicenumbert houjinbangou hojinbango qualifiedinvoiceissuernumber""",
    "department": """
        部署 部署名 所属 所属部署 部門 部門名 部課名 部課 所属名 所属部門 課 課名 部 ご部署 ご所属 ご所属部署 担当部署 部署1 担当部署名 department dept division section
        businessunit team departmentname""",
    "job_title": "役職 役職名 肩書 肩書き 職位 お役職 ご役職 職名 職種 jobtitle title position role jobrole jobposition 役職1",
    "email": """
        メールアドレス メール eメール email mail emailaddress mailaddress eメールアドレス 電子メール 電子メールアドレス pcメール pcメールアドレス 携帯メール 携帯メールアドレス メアド 担当者メール
        担当者メールアドレス 連絡先メール 連絡先メールアドレス アドレスmail emailid workemail businessemail personalemail primaryemail contactemail e1 メール1 メール2 emailaddr
        courriel correo 会社メール 勤務先メール メールアドレス1 メールアドレス2 email1 email2 emailwork emailhome""",
    "phone": """
        電話番号 電話 tel 電話番号1 電話番号2 電話1 電話2 tel1 tel2 携帯電話 携帯電話番号 携帯番号 携帯 連絡先電話番号 連絡先 ご連絡先 代表電話 代表電話番号 会社電話番号 会社電話 勤務先電話番号
        勤務先電話 自宅電話 自宅電話番号 固定電話 固定電話番号 日中連絡先 日中電話番号 直通 直通電話 直通電話番号 お電話番号 お電話 telno 担当者電話番号 電話番号携帯 電話番号自宅 電話番号勤務先
        phone phonenumber telephone telephonenumber mobile mobilephone mobilenumber cell cellphone homephone workphone businessphone
        officephone contactnumber phone1 phone2 daytimephone primaryphone mobileno phoneno directphone telefon telefono téléphone handy
        telephone1 telephone2 keitai""",
    "fax": "fax fax番号 ファックス ファクス ファックス番号 faxnumber faxno facsimile 会社fax 勤務先fax ファクシミリ ファクシミリ番号 businessfax",
    "website": """
        url ホームページ hp webサイト ウェブサイト サイトurl ホームページurl hpurl webサイトurl 会社url website web webpage homepage websiteurl companyurl
        companywebsite domain weburl""",
    "postal_code": """
        郵便番号 〒 郵便 郵便番号1 会社郵便番号 勤務先郵便番号 自宅郵便番号 zip zipcode postalcode postcode postal zippostalcode plz codepostal pincode
        eircode zip5 yubin yubinbango 住所郵便番号 billingzip mailingzip mailingpostalcode 郵便no""",
    "address": """
        住所 所在地 住所1 住所2 住所3 ご住所 会社住所 勤務先住所 自宅住所 本社所在地 本店所在地 住所漢字 都道府県 都道府県名 県名 府県 市区町村 市区町村名 市町村 市区郡町村 町名 町域 番地 町名番地 丁目番地
        町域番地 町名番地等 住所全体 住所下段 住所上段 以降の住所 それ以降の住所 町番地 字番地 住所番地 市区郡 丁目番地号 address addressline1 addressline2 addressline3 address1 address2 address3 street streetaddress
        street1 street2 city town state province stateprovince county region prefecture suburb streetnumber housenumber housenumber
        addr addr1 addr2 addrline1 fulladdress mailingaddress mailingstreet mailingcity mailingstate postaladdress locality district strasse
        straße ort ville rue ciudad dirección billingaddress cityname streetname addressstreet addresscity addressstate 本社住所 連絡先住所""",
    "building": """
        建物名 建物 ビル名 マンション名 建物名部屋番号 マンションビル名 建物名等 ビルマンション名 方書 building buildingname apartment apt suite unit apartmentsuite
        アパートマンション名 マンション 部屋番号 建物名号室 住所建物名 住所建物 flat""",
    "country": "国 国名 国コード 国籍なし country countrycode countryregion nation land pays mailingcountry 国地域 countryname 国・地域",
    "language": "言語 使用言語 言語コード language lang locale preferredlanguage sprache",
    "tags": "タグ ラベル 分類タグ tags tag labels label categories セグメント",
    "updated_at": """
        更新日 更新日時 最終更新日 最終更新日時 更新年月日 変更日 変更日時 修正日 修正日時 最終変更日時 更新時刻 updated updatedat lastupdated updateddate
        modified modifiedat lastmodified lastmodifieddate modifieddate updatedon updatedate changedat systemmodstamp datemodified dateupdated
        updatetime writedate 最終更新""",
    "created_at": """
        登録日 登録日時 作成日 作成日時 登録年月日 入会日 入会年月日 新規登録日 会員登録日 created createdat createddate createdon datecreated creationdate
        registered registeredat registrationdate signupdate joindate joinedat createdate dateadded datejoined createtime 登録時刻""",
    "free_text": """
        備考 備考欄 メモ コメント 特記事項 摘要 備考1 備考2 自由記入 その他備考 notes note remarks remark comment comments memo description freetext 社内メモ
        連絡事項 内容""",
    "external_ids": "外部id 外部コード 旧コード 旧顧客コード 旧顧客番号 旧会員番号 他システムid externalid legacyid oldid foreignid salesforceid hubspotid kintoneid",
    "record_type": """
        個人法人区分 法人個人区分 顧客区分 顧客種別 個人法人 法人個人 会員種別 会員区分 取引先区分 得意先区分 顧客タイプ 区分 種別 recordtype customertype
        contacttype accounttype partytype entitytype persontype bptype 法人個人フラグ 個人法人フラグ 法人区分""",
    "consent": """
        メルマガ メールマガジン メルマガ配信 メルマガ希望 メール配信 メール配信可否 dm dm可否 dm希望 配信可否 配信停止 オプトイン メルマガ登録 案内メール 同意 個人情報同意 newsletter optin
        emailoptin emailoptout optout subscribed marketingconsent consent donotcontact donotemail donotcall unsubscribed hasoptedoutofemail
        acceptsmarketing mailmagazine メルマガ購読 gdprconsent""",
    "staff": """
        営業担当 営業担当者 担当営業 担当営業名 自社担当 弊社担当 当社担当 自社担当者 担当者コード 担当者id 営業担当コード 社内担当 担当社員 担当社員名 登録者 更新者 作成者 最終更新者 所有者 作成者名 更新者名
        owner ownerid ownername salesrep salesperson accountmanager createdby modifiedby updatedby lastmodifiedby assignedto 名刺所有者
        createdbyid lastmodifiedbyid 担当コード 担当支店 担当店 営業所""",
    "individual_number": "個人番号 マイナンバー mynumber individualnumber 個人番号マイナンバー",
}
_ADDRESS_RANKS = (
    ("都道府県", "都道府県名", "県名", "府県", "prefecture"),
    ("市区町村", "市区町村名", "市町村", "市区郡町村", "市区郡"),
)
_WESTERN_RANKS = {
    "city": 5,
    "town": 5,
    "suburb": 4,
    "district": 4,
    "locality": 5,
    "county": 6,
    "region": 6,
    "state": 7,
    "province": 7,
}
_AROUND = re.compile(r"(?:必須|任意|全角|半角|例|漢字|ハイフンなし|ハイフン無し|ハイフンあり|7桁|西暦)$")
# A second address, phone or name of the row: whoever is billed, shipped to, or stands in an emergency.
_OTHER_ROLE = re.compile(
    "^(?:請求先|請求書送付先|請求|送付先|配送先|納品先|届け先|お届け先|発送先|出荷先|納入先|紹介者|緊急連絡先|保護者|配偶者|連帯保証人|保証人|法定代理人|後見人|家族|"
    "billing|billto|invoice|ship|shipto|shipping|delivery|deliver|other|alternate|alt|secondary|emergency|spouse|assistant|parent|referrer|manager|"
    "bill(?=ing)|reportsto)"
)
_NOISE = re.compile(r"[\s_\-・/()\[\]{}【】<>「」『』:.,'\"*※&+#○●★☆]+")
_LONGEST = 80
_NAMED_PARTS = ("フリガナ", "ふりがな", "カナ", "かな", "ヨミガナ", "kana", "furigana")


class HeaderVote(NamedTuple):
    """What a heading says: the meaning and how surely, 0 to 1."""

    meaning: str
    strength: float


@lru_cache(10_000)
def header_vote(heading: str) -> HeaderVote | None:
    """What a heading says of its column; None when it says nothing known."""
    word = folded_heading(heading[:_LONGEST])
    if not word:
        return None
    words = _meanings()
    if word in words:
        return HeaderVote(words[word], 1.0)
    if (role := _OTHER_ROLE.match(word)) is not None and role.end() < len(word):
        return HeaderVote(OTHER, 0.9) if header_vote(word[role.end() :]) else None
    numbered = word.rstrip("0123456789")
    if numbered != word and numbered in words:
        return HeaderVote(words[numbered], 0.95)
    if word.endswith(_NAMED_PARTS):
        return _reading_vote(word)
    return _partial_vote(word)


def folded_heading(heading: str) -> str:
    """A heading as the words are compared: the last step of a dotted path counts with the one before it."""
    text = unicodedata.normalize("NFKC", heading).casefold()
    text = _NOISE.sub("", text)
    while (shorter := _AROUND.sub("", text)) != text and shorter:
        text = shorter
    return text


def address_rank(heading: str) -> int:
    """Where a part of an address stands: Japanese from the large to the small, Western lines before the city."""
    word = folded_heading(heading)
    for rank, names in enumerate(_ADDRESS_RANKS):
        if word in names:
            return rank
    ends = [rank for name, rank in _WESTERN_RANKS.items() if word.endswith(name)]
    return ends[0] if ends else 3


def is_address_part(heading: str) -> bool:
    """Whether a heading names one part of an address (都道府県, City), not all of it."""
    word = folded_heading(heading)
    return word not in ("住所", "所在地", "address", "fulladdress", "ご住所") and address_rank(heading) != 3


def _reading_vote(word: str) -> HeaderVote | None:
    stem = next(word.removesuffix(part) for part in _NAMED_PARTS if word.endswith(part))
    of_stem = header_vote(stem) if stem else None
    field = {"organisation_name": "organisation_name_kana", "name": "name_kana", "family_name": "family_name_kana"}
    field |= {"given_name": "given_name_kana"}
    if of_stem is None:
        return HeaderVote("name_kana", 0.6)
    meant = field.get(of_stem.meaning)
    return HeaderVote(meant, 0.9) if meant else HeaderVote(OTHER, 0.6)  # the reading of an address is no field


def _partial_vote(word: str) -> HeaderVote | None:
    """The longest known word the heading ends with, else the longest it begins with; short words say too little."""
    known = _meanings()
    for start in range(1, len(word) - 1):
        part = word[start:]
        if part in known and len(part) >= (3 if part.isascii() else 2):
            return HeaderVote(known[part], 0.7)
    for end in range(len(word) - 1, 3, -1):
        if (part := word[:end]) in known:
            return HeaderVote(known[part], 0.5)
    return None


@cache
def _meanings() -> dict[str, str]:
    return {folded_heading(word): meaning for meaning, words in _WORDS.items() for word in words.split()}
