"""Read addresses in Hangul and Chinese characters: Korea (road names and lot numbers), Taiwan, China, Hong Kong."""

import re

from crm_pipelines.standardise.address_abroad_parts import AbroadParts, house_number
from crm_pipelines.standardise.foreign_postal_codes import read_foreign_postal_code

_PROVINCES = (
    "서울=서울특별시 부산=부산광역시 대구=대구광역시 인천=인천광역시 광주=광주광역시 "
    "대전=대전광역시 울산=울산광역시 세종=세종특별자치시 경기=경기도 강원=강원특별자치도 "
    "충북=충청북도 충남=충청남도 충청북=충청북도 충청남=충청남도 전북=전북특별자치도 "
    "전라북=전북특별자치도 전남=전라남도 전라남=전라남도 경북=경상북도 경남=경상남도 "
    "경상북=경상북도 경상남=경상남도 제주=제주특별자치도 "
)
_SIDO = dict(pair.split("=") for pair in _PROVINCES.split())
_KOREAN_CODE = re.compile(
    r"^[([]?(?:\(?우\)?|우편번호)?[ :]*\(?([0-9]{5})\)?(?![0-9-])[ ,\])]*|[ ,([]+(?:\(?우\)?|우편번호)?[ :]*"
    r"([0-9]{5})[)\]]?$"
)
_KOREAN_COUNTRY = re.compile(r"^(?:대한민국|한국)[ ,]*|[ ,]*(?:대한민국|한국)$")
_SIDO_FRONT = re.compile(
    r"^(서울|부산|대구|인천|광주|대전|울산|세종|경기|강원|충청?[북남]|전라?[북남]|경상?[북남]|제주)(?:특별자치시|"
    r"특별자치도|특별시|광역시|시(?=[가-힣]{1,4}구)|도(?=[가-힣]{2,4}[시군])|(?:시|도)?(?= |,|$))[ ,]*"
)
_GU = (
    "종로 중 용산 성동 광진 동대문 중랑 성북 강북 도봉 노원 은평 서대문 마포 "
    "양천 강서 구로 금천 영등포 동작 관악 서초 강남 송파 강동 서 동 영도 "
    "부산진 동래 남 북 해운대 사하 금정 연제 수영 사상 수성 달서 미추홀 연수 "
    "남동 부평 계양 제물포 영종 검단 광산 유성 대덕 장안 권선 팔달 영통 수정 "
    "중원 분당 만안 동안 원미 소사 오정 상록 단원 덕양 일산동 일산서 처인 "
    "기흥 수지 만세 효행 병점 동탄 상당 서원 흥덕 청원 동남 서북 완산 덕진 "
    "의창 성산 마산합포 마산회원 진해 "
)  # a district glued to a road must be one of these: 분당구정자일로, but 달구벌대로
_GLUED_GU = "|".join(_GU.split())
_DISTRICTS = re.compile(
    rf"(?:[가-힣]{{1,5}}[시군구](?= |,|$)[ ,]*|[가-힣]{{2,5}}[시군](?=[가-힣])(?![로길])|"
    rf"(?:{_GLUED_GU})구(?=[가-힣])(?![로길]))"
    r"{0,2}(?:[가-힣0-9]{1,6}(?:읍|면)(?= |$)[ ,]*)?"
)
_GLUED_DISTRICT = re.compile("([가-힣]{2,4}[시군])(?=[가-힣]{1,4}[구읍면])")
_ROAD = re.compile(
    r"(?P<street>(?![0-9]{1,5}(?:로|길))[가-힣0-9·.]{1,21}(?:대로|로|길)(?: ?[0-9]{1,4}(?:번?[가-하])?(?:번길|길))?) ?"
    r"(?:지하 ?)?(?P<number>[0-9]{1,5}(?:-[0-9]{1,4})?)"
    r"(?![0-9]|번길|길|동|호|층|가)"
)
_LOT = re.compile(
    r"(?P<town>[가-힣]{1,8}[0-9]{0,2}(?:동|리|가)) ?(?P<number>(?:산 ?)?[0-9]{1,5}(?:-[0-9]{1,4})?)(?:번지)?"
    r"(?![0-9]|동|호|층)"
)
_KOREAN_ROOM = re.compile(r"(?:제?([0-9A-Z가-하]{1,4})동 ?)?(?:[0-9]{1,2}층 ?)?제?([A-Z]?[0-9]{1,5}(?:-[0-9]{1,3})?)호")
_KOREAN_FLOOR = re.compile(r"(지하|B) ?([0-9]{1,2})층?|([0-9]{1,3})(?:층|[Ff](?![A-Za-z]))|(?<![가-힣])(?:지층|반지하)")
_BRACKETS = re.compile(r"[(\[（][^()\[\]（）]*[)\]）]")

_NUM = "[0-9]{1,5}"
_CHINESE_CODE = re.compile(
    r"^[(\[（]?(?:邮编|郵編|郵遞區號|邮政编码)?[ :]*([0-9]{3,6})[)\]）]?(?![0-9]|号|號|巷|弄|段|樓|楼)[ ,]*|"
    r"[ ,]+(?:邮编|郵編|郵遞區號|邮政编码)?[ :]*([0-9]{3,6})$"
)
_CHINESE_COUNTRY = re.compile(
    r"^(?:中華民國|台灣省?|臺灣省?|台湾省?|中华人民共和国|中華人民共和国|中华人民共和國|中華人民共和國|中国|中國)"
    r"(?![大路街道區])[ ,]*"
    r"|[ ,]+(?:台灣|臺灣|台湾|中国|中國|香港)$"
)
_TAIWAN_CITY = re.compile(
    r"(?P<city>[一-鿿]{2}[市縣县])[ ,]*(?P<district>[一-鿿]{1,3}?(?:區|区|(?:鄉|乡|鎮|镇|市)(?![區区])))?[ ,]*"
    r"(?P<village>(?:[一-鿿]{1,4}[村里](?=[0-9 一-鿿]))?[ ,]*(?:[0-9]{1,3}鄰)?[ ,]*)"
)
_TAIWAN_STREET = re.compile(
    rf"(?P<street>[一-鿿0-9]{{1,10}}?(?:路|街|大道)(?: ?[東西南北]?(?:[一二三四五六七八九十]{{1,2}}|[0-9]{{1,2}})段)?"
    rf"(?: ?{_NUM}巷)?(?: ?{_NUM}弄)?|[一-鿿]{{2,6}})"
    rf" ?(?P<number>{_NUM}(?:(?:之|-){_NUM})?) ?號(?: ?之 ?(?P<sub>{_NUM})(?![0-9]*[樓楼]))?"
)
_CHINA_PLACE = re.compile(
    r"(?P<region>[一-鿿]{2,7}?(?:省|自治区|自治區))?[ ,]*(?P<city>[一-鿿]{2,6}?(?:市|自治州|地区))?[ ,]*"
    r"(?P<district>(?:[一-鿿]{1,6}?(?:新区|新區|区|區|县|縣|旗|市)){0,2})[ ,]*"
)
_CHINA_STREET = re.compile(
    rf"(?P<street>[一-鿿0-9]{{1,12}}?(?:大道|大街|路|街|道|巷|弄|胡同)"
    rf"(?:[东西南北中東]?[一二三四五六七八九]?段)?)[ ,]*(?P<number>[甲乙丙丁]?{_NUM}(?:[-之]{_NUM})?[A-Z]?)[号號]院?"
)
_HONG_KONG_STREET = re.compile(
    rf"(?P<street>[一-鿿]{{2,6}}?(?:道|街|路|里|徑|坊|巷)[東西南北中]?)[ ,]*(?P<number>{_NUM}(?:-{_NUM})?[A-Z]?)[號号]"
)
_HONG_KONG_TOWNS = (
    "尖沙咀 尖東 旺角 銅鑼灣 中環 上環 西環 灣仔 金鐘 北角 鰂魚涌 太古 太古城 西灣河 筲箕灣 柴灣 "
    "小西灣 跑馬地 天后 大坑 西營盤 堅尼地城 香港仔 鴨脷洲 黃竹坑 薄扶林 赤柱 油麻地 佐敦 觀塘 "
    "牛頭角 藍田 油塘 九龍灣 九龍城 九龍塘 啟德 新蒲崗 黃大仙 鑽石山 慈雲山 深水埗 長沙灣 荔枝角 "
    "美孚 石硤尾 大角咀 紅磡 土瓜灣 何文田 荃灣 葵涌 葵芳 葵興 青衣 屯門 元朗 天水圍 上水 粉嶺 大埔 "
    "火炭 大圍 馬鞍山 西貢 將軍澳 東涌 沙田"
)
_TOWNS = "|".join(sorted(_HONG_KONG_TOWNS.split(), key=len, reverse=True))
_HONG_KONG_DISTRICTS = re.compile(
    r"^(?:香港(?:島|岛)?(?!仔)|九龍(?![灣城塘])|九龙|新界|[ ,])*(?:[一-鿿]{1,3}區[ ,]*)?"
    rf"(?:(?:{_TOWNS})(?!(?:正|鄉事會|公)?[道街路里徑坊巷])[ ,]*)?"
)
_CHINESE_BOX = re.compile(r"[一-鿿]{0,8}信箱 ?(?:第 ?)?[0-9-]{1,9} ?[號号]?")
_CHINESE_FLOOR = re.compile(
    r"(?:(?P<cellar>B|地下) ?)?(?P<floor>[0-9]{1,3}|[一二三四五六七八九十]{1,3}) ?"
    r"(?:[樓楼层層]|F(?![a-zA-Z]))(?: ?(?:之|-) ?"
    r"(?P<sub>[0-9]{1,3}))?|B(?P<only>[0-9])(?![0-9座栋棟幢号號])",
    re.IGNORECASE,
)
_NUMERALS = str.maketrans("一二三四五六七八九", "123456789")
_ROOM_BEHIND_NAME = re.compile(
    r"(?P<name>.*[一-鿿][A-Z]?[座栋棟厦廈心园園场場阁閣楼樓]?) ?"
    r"(?P<room>(?<![0-9])(?:[0-9]{3,4}|[0-9]{1,2}-[0-9]{1,2}))"
)
_CHINESE_ROOM = re.compile(r"([A-Z]?[0-9]{1,5}[A-Z]?|(?<![A-Z])[A-Z])(?:室|房)|([0-9]{3,4})单元", re.IGNORECASE)


def read_korean(text: str) -> AbroadParts:
    """Read an address in Hangul; what it does not say stays empty."""
    parts = AbroadParts("KR")
    text, code = _without_code(_KOREAN_COUNTRY.sub("", text).strip(), _KOREAN_CODE)
    parts.postal = read_foreign_postal_code(code, "KR") if code else None
    text = _KOREAN_COUNTRY.sub("", text).strip(" ,")
    if sido := _SIDO_FRONT.match(text):
        parts.region, text = _SIDO[sido[1]], text[sido.end() :]
    if (districts := _DISTRICTS.match(text)) and districts.end():
        written = _GLUED_DISTRICT.sub(r"\1 ", districts[0].replace(",", " "))
        parts.city, text = " ".join(written.split()), text[districts.end() :]
    found = _ROAD.search(text) or _LOT.search(text)
    if found is None:
        return parts
    groups = found.groupdict()
    parts.street, parts.town = groups.get("street", "").replace(" ", ""), groups.get("town", "")
    parts.number = house_number(found["number"])
    parts.is_area_sure = bool(parts.region and (parts.city or parts.region.startswith("세종")))
    _read_korean_rest(_BRACKETS.sub(" ", text[found.end() :]).strip(" ,"), parts)
    return parts


def _read_korean_rest(rest: str, parts: AbroadParts) -> None:
    if room := _KOREAN_ROOM.search(rest):
        parts.room = "-".join(group for group in room.groups() if group)
    floor = _KOREAN_FLOOR.search(rest)
    if floor and not room:
        parts.floor = f"{floor[3]}F" if floor[3] else f"B{floor[2] or 1}"
    end = min((found.start() for found in (room, floor) if found), default=len(rest))
    name = rest[:end].strip(" ,")
    if name and not name[-1:].isdigit() and not re.fullmatch("[0-9A-Z]{1,3}동", name):
        parts.building = name


def read_chinese(text: str, country: str) -> AbroadParts:
    """Read an address in Chinese characters of Taiwan (TW), China (CN) or Hong Kong (HK)."""
    parts = AbroadParts(country)
    text = _CHINESE_COUNTRY.sub("", text).strip(" ,")
    if country != "HK":
        text, code = _without_code(text, _CHINESE_CODE)
        parts.postal = read_foreign_postal_code(code, country) if code else None
    text = _CHINESE_COUNTRY.sub("", text.strip(" ,")).strip(" ,")
    if box := _CHINESE_BOX.search(text):
        parts.po_box = box[0]
        return parts
    street = {"TW": _read_taiwan, "HK": _read_hong_kong}.get(country, _read_china)(text, parts)
    if street is None:
        return parts
    sub = street.groupdict().get("sub")
    parts.street = street["street"].replace(" ", "")
    parts.number = house_number(street["number"].replace("之", "-") + (f"-{sub}" if sub else ""))
    parts.is_area_sure = bool(parts.city)
    _read_chinese_rest(_BRACKETS.sub(" ", street.string[street.end() :]).strip(" ,"), parts)
    return parts


def _read_taiwan(text: str, parts: AbroadParts) -> re.Match[str] | None:
    place = _TAIWAN_CITY.match(text)
    if place is None:
        return _TAIWAN_STREET.search(text.replace(" ", ""))
    parts.city = place["city"] + (place["district"] or "")
    rests = (text[place.end() :], text[place.start("village") :])  # a village without streets numbers its houses
    return next((found for rest in rests if (found := _TAIWAN_STREET.search(rest.replace(" ", "")))), None)


def _read_china(text: str, parts: AbroadParts) -> re.Match[str] | None:
    place = _CHINA_PLACE.match(text)
    if place and place.end():
        parts.region = place["region"] or ""
        parts.city, text = (place["city"] or "") + place["district"], text[place.end() :]
    return _CHINA_STREET.search(text)


def _read_hong_kong(text: str, parts: AbroadParts) -> re.Match[str] | None:
    parts.city = "香港"
    return _HONG_KONG_STREET.search(_HONG_KONG_DISTRICTS.sub("", text))


def _read_chinese_rest(rest: str, parts: AbroadParts) -> None:
    floor, room = _CHINESE_FLOOR.search(rest), _CHINESE_ROOM.search(rest)
    if floor:
        story = _in_digits(floor["floor"] or "")
        cellar = floor["only"] or (story if floor["cellar"] else "")
        written = f"B{cellar}" if cellar else f"{story}F"
        parts.floor = "" if floor["sub"] else written
        parts.room = f"{written}-{floor['sub']}" if floor["sub"] else ""
    if room:
        parts.room = (room[1] or room[2]).upper()
    end = min((found.start() for found in (floor, room) if found), default=len(rest))
    name = rest[:end].strip(" ,")
    if not floor and not room and (glued := _ROOM_BEHIND_NAME.fullmatch(name)):
        name, parts.room = glued["name"].strip(), glued["room"]
    if len(name) > 1:
        parts.building = name


def _in_digits(numeral: str) -> str:
    """十二 as 12; digits as they are."""
    if "十" not in numeral:
        return numeral.translate(_NUMERALS)
    tens, _, ones = numeral.translate(_NUMERALS).partition("十")
    return f"{tens or '1'}{ones or '0'}"


def _without_code(text: str, form: re.Pattern[str]) -> tuple[str, str]:
    found = form.search(text)
    if found is None:
        return text, ""
    code = next(group for group in found.groups() if group)
    return f"{text[: found.start()]} {text[found.end() :]}".strip(" ,"), code
