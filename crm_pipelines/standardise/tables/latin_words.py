# ruff: noqa: E501, SIM905 - a table: its lines follow the meaning, not the width
"""Words around Latin names, and the family names that tell an East Asian order; set by hand, lower case."""

TITLES = frozenset(
    "mr mrs ms miss mx dr prof professor sir dame lord lady rev fr sr. hon herr frau m mme mlle monsieur madame "
    "mademoiselle sig signor signora sra srta don doña dott ing dipl mag sri smt mister doctor ir capt col gen lt "
    "major sgt president".split()
)

SUFFIXES = frozenset(
    "jr sr ii iii iv v phd md dds esq mba cpa jd dvm rn pe msc bsc ma ba llm llb obe mbe cbe phd. junior".split()
)

HONORIFICS_BEHIND = frozenset("san sama kun chan sensei dono".split())

PARTICLES = frozenset(
    "van von de der den del della dela di da do dos das du des le la las los el al bin ibn bint binti bte zu zum zur ter "
    "ten te op vom af av y e i und san santa st st. saint ap d' l' 't in af de' dal dalla degli dei abu ben bar".split()
)

CHINESE_BY_RANK = (
    "wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he gao lin luo zheng liang xie song tang han feng "
    "deng cao peng zeng xiao tian dong yuan pan yu jiang cai du ye cheng su wei lu ding ren shen yao zhong cui tan liao fan "
    "jin shi dai jia xia fu fang bai zou meng xiong qin qiu hou yan xue lei long tao he gu mao hao gong shao wan qian tsai "
    "chang lee wong chan cheung leung ng lam cheng kwok hsu hsieh tseng chou huang lau ho chiu yip tsang xi ouyang sima zhuge".split()
)

VIETNAMESE = frozenset("nguyen tran le pham hoang huynh phan vu vo dang bui do ho ngo duong ly".split())

KOREAN = frozenset(
    "ban kim lee yi park pak choi choe jung jeong chung chong kang gang cho jo yoon yun jang chang lim im rim han oh shin sin "
    "seo suh kwon gwon hwang ahn an song ryu yoo yu hong jeon chun ko go moon mun son sohn yang bae baek paik heo hur nam "
    "shim sim noh no roh ha kwak joo ju cha koo ku goo min ji jin um eom won chae bang kong hyun ham".split()
)
