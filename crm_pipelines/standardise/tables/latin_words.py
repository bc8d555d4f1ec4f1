# ruff: noqa: E501, SIM905 - a table: its lines follow the meaning, not the width
"""Words around Latin names, and the family names that tell an order; set by hand, lower case, without accents."""

TITLES = frozenset(
    "ceo cfo cto coo mr mrs ms miss mx dr prof professor sir dame lord lady rev revd hon fr herr herrn frau fraulein familie mme mmes mlle "
    "monsieur madame mademoiselle messrs sr sra srta senor senora senorita dna dona sig sigra signor signora signorina dott dottssa dottor "
    "dottoressa dr dra drs avv rag geom arch lic arq ing dipl mag smt shri shrimati kumari mister doctor capt captain col colonel gen "
    "general lt lieutenant maj sgt sergeant cpl adm cmdr brig president sen gov amb rabbi pastor encik puan cik haji hajjah "
    "hajah hj hjh dato datuk datin tun bapak bpk ibu atty engr dhr mevr mevrouw mw heer ir prof prof pan pani bay bayan sayin hr "
    "fru exmo exma eng enga khun mstr mgr sheikh sheikha sheik signa maitre vve univ freiherr freifrau baron baroness graf grafin prinz father sister brother".split()
)
"""Words before a name; without full stops. A hyphen or full stop joins several of them (Dipl.-Ing., Dr.med.)."""

ALSO_GIVEN_NAMES = frozenset(
    "don major judge pan bay mag ing hon sir lady general mw ibu tun khun eng ir arch me d m di sheikh baron graf pani prinz sgt father sister brother".split()
)
"""Titles that are also given names or initials: taken off only before two more words, m and d only before a given name."""

TITLE_TAILS = frozenset(
    "med rer nat phil jur iur habil hc h c oec pol vet dent univ techn theol mult sc agr sri seri paed forst ing ret dr kfm inform math phys chem wirt".split()
)
"""Words that go on with a title (Dr. med., Prof. Dr. rer. nat., Dato' Sri)."""

TITLES_OF_TWO = frozenset(
    {
        ("the", "hon"),
        ("the", "rev"),
        ("the", "late"),
        ("the", "honourable"),
        ("tuan", "haji"),
        ("tan", "sri"),
        ("toh", "puan"),
        ("mr", "and"),
        ("san", "shri"),
    }
)

SUFFIXES = frozenset(
    "jr sr jnr snr ii iii iv v 2nd 3rd 4th phd md do dds dmd esq esquire mba cpa cfa jd dvm rn pe pmp msc bsc mphil ma ba bcom llm llb obe mbe cbe kbe "
    "om qc kc frs frcs mrcp mp msw edd psyd dphil bsn junior senior filho neto netto sobrinho hijo fils pere usn usa usmc ret beng meng acca fca aca mcips mbbs mbchb bchir bm frcp frcgp mrcgp frcpc facs rd do dpm dc "
    "hons ing mag".split()
)
GENERATIONS = {
    "jr": "2", "jnr": "2", "junior": "2", "ii": "2", "2nd": "2", "filho": "2", "hijo": "2", "fils": "2", "sr": "1", "snr": "1", "senior": "1",
    "pere": "1", "iii": "3", "3rd": "3", "iv": "4", "4th": "4", "v": "5", "neto": "3", "netto": "3",
}  # fmt: skip
"""Suffixes that tell father from son; who bears none may be either."""

HONORIFICS_BEHIND = frozenset("san sama kun chan sensei dono ssi nim".split())

PARTICLES = frozenset(
    "van von vom der de den del della dela di da do dos das du des le la las los el al bin ibn ben bint binti binte bte zu zum zur ter "
    "ten te op af av y e i und san santa st saint ap d' l' 't 's in de' dal dalla dalle degli dei delle dello dall' abu bar mac o ni nic ui "
    "ua fitz lo".split()
)
"""Words that belong to the family name behind them."""

WRITTEN_WITH_ACCENT = frozenset({"o", "ni"})
"""Irish particles that are plain initials or names without their accent (Ó Briain, Ní Bhriain)."""

PATRONYMICS = frozenset("bin ibn bint binti binte bte b bt a/l a/p s/o d/o al/l".split())
"""From here on everything is the father's name (Malay, Arabic, Tamil)."""

LINKS = frozenset("y e i und".split())
"""Words that join two family names; only between two."""

SERVANT_OF = frozenset("abdul abdel abu umm abd".split())
"""First halves of Arabic given names written apart (Abu Bakr)."""

CHINESE_BY_RANK = (
    "wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he gao lin luo zheng liang xie song tang han feng "
    "deng cao peng zeng xiao tian dong yuan pan yu jiang cai du ye cheng su wei lu ding ren shen yao zhong cui tan liao fan "
    "jin shi dai jia xia fu fang bai zou meng xiong qin qiu hou yan xue lei long tao he gu mao hao gong shao wan qian tsai "
    "chang lee wong chan cheung leung ng lam cheng kwok hsu hsieh tseng chou huang lau ho chiu yip tsang xi ouyang sima zhuge "
    "chow yeung lo kwan fung mak tse szeto chu hui lui choi tam tong siu kwong chui cheuk chiang chuang chien chung hung kuo kao "
    "shih teng tsao yeh lim goh ong teo koh toh chua chia chew neo seah sim yeo quek tay loh low foo heng foong yap gan "
    "khoo lai poon soh soon wee yong chin kwek ooi oon phua shangguan zhan zhuang kong qi bao kang mo nie pei qu sheng tu wen xing yin yue zhen zuo".split()
)

VIETNAMESE = frozenset(
    "nguyen tran le pham hoang huynh phan vu vo dang bui do ho ngo duong ly truong dinh trinh luong dao doan mai ta quach thai lam phung to luu vuong cao chu".split()
)
VIETNAMESE_ALONE = frozenset(
    "nguyen tran pham huynh hoang phan ngo duong dang bui vo vu truong dinh trinh luong".split()
)
"""Vietnamese family names that are nobody's given name abroad: first, they stay first."""

VIETNAMESE_MIDDLE = frozenset("van thi".split())

IBERIAN = frozenset(
    "garcia rodriguez gonzalez fernandez lopez martinez sanchez perez gomez jimenez ruiz hernandez diaz moreno munoz alvarez romero gutierrez navarro "
    "torres dominguez vazquez vasquez ramos gil ramirez serrano blanco molina morales suarez ortega delgado castro ortiz rubio marin sanz iglesias medina garrido "
    "cortes castillo lozano guerrero cano prieto mendez cruz calvo gallego herrera marquez pena cabrera flores campos vega fuentes carrasco caballero reyes nieto "
    "aguilar pascual herrero gimenez montero hidalgo lorenzo duran benitez mora vargas ibanez arias ferrer carmona crespo pastor soto saez velasco moya soler parra "
    "esteban bravo gallardo rojas rivera rivas silva santos ferreira pereira oliveira costa rodrigues martins jesus sousa souza fernandes goncalves gomes lopes marques "
    "alves almeida ribeiro pinto carvalho teixeira moreira correia correa mendes nunes soares vieira monteiro cardoso rocha neves coelho cunha pires ramalho simoes "
    "antunes tavares fonseca freitas barbosa barros araujo lima melo azevedo machado andrade nascimento dias batista campos miranda mendoza guzman salazar "
    "avila espinoza espinosa figueroa contreras sepulveda valenzuela rojas tapia carrillo sandoval estrada ochoa orozco salinas padilla zamora rios mejia acosta "
    "villalobos trevino cervantes quintero valencia escobar henriquez zuniga leiva bustos godoy paredes quispe mamani condori huaman chavez caceres maldonado ponce "
    "borges allende neruda pinochet bolano allende etchebarne echeverria aguirre arteaga arroyo ayala barrera beltran bermudez bernal bonilla caldera camacho cardenas "
    "castaneda castellanos cisneros colon cordero coronado cuevas davila galvez gallegos lara luna macias madrigal marin mata meza montes montoya murillo najera "
    "nava nunez ojeda olivares pacheco palacios peralta quiroz rangel robles rosales rosas rubio saavedra salas salgado serna sierra solis trujillo uribe "
    "valdez valdes valle velez vera villa villanueva villarreal yanez zapata zavala picasso gasset cajal llosa dali lorca".split()
)
"""Spanish and Portuguese family names that are no usual given names: two of them at the end are both the family name."""

KOREAN = frozenset(
    "ban kim lee yi rhee park pak bak choi choe jung jeong chung chong kang gang cho jo yoon yun jang chang lim im rim han oh shin sin "
    "seo suh kwon gwon hwang ahn an song ryu yoo yu hong jeon chun ko go moon mun son sohn yang bae baek paik heo hur nam "
    "shim sim noh no roh ha kwak joo ju cha koo ku goo gu min ji jin um eom won chae bang kong hyun ham bong namgung namkoong namkung hwangbo jegal sunwoo seonwoo dokgo sagong pyo ok byun byeon yeom yeo choo do so seok "
    "sung seong woo gil wang do tak gong ki".split()
)

FRENCH_GIVEN = frozenset(
    "jean pierre michel philippe alain nicolas christophe patrick daniel bernard jacques francois laurent frederic eric stephane pascal david sebastien julien olivier "
    "thierry bruno dominique gerard gilles herve yves xavier vincent antoine alexandre thomas guillaume mathieu matthieu romain benoit emmanuel arnaud jerome fabrice "
    "cedric claude roger rene andre georges henri louis marcel paul robert serge guy luc marc maurice lucien hugo lucas theo maxime clement quentin baptiste etienne "
    "francis raymond denis didier franck jean-pierre jean-paul jean-claude jean-luc jean-marc jean-francois jean-michel jean-louis jean-jacques jean-marie".split()
)
SPANISH_GIVEN = frozenset(
    "jose antonio juan manuel francisco luis javier miguel angel carlos jesus david daniel pedro alejandro maria fernando pablo jorge ramon alberto sergio rafael "
    "diego raul ruben enrique andres ivan joaquin santiago vicente victor roberto eduardo alfonso jaime ignacio julio salvador felipe gonzalo tomas emilio mariano "
    "domingo gregorio agustin nicolas alfredo".split()
)

ALSO_GIVEN = frozenset(
    "kim lee jo jung an min sun song long han dong june ray may ha mo ko ma jay do so sung ji jin ok gil ban gan".split()
)
"""East Asian family names that are also given names: they stay in front only before two clear syllables."""

WESTERN = frozenset(
    "anna dan joan eugene leo leon lena mia nina ian ben ken helen lan ann sue joy kay lee ray roy jean tom jim joe "
    "sam max may mae fay guy jon don ron tim kim pat meg peg lou jay leah lea noah ruth jill gail neil paul".split()
)
"""Given names that look like a syllable of an East Asian name."""

KOREAN_ONE = frozenset("min jin jung sung ji ha".split())
"""Korean given names of one syllable that are also family names."""
