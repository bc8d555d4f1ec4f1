# ruff: noqa: E501 - a table: its lines follow the meaning, not the width
"""Legal forms of companies of the world: code, the countries that have it, spellings; set by hand from company acts.

A spelling is written in lower case without accents and full stops, single letters joined (`s.a. de c.v.` is
`sa de cv`), `&` as `and`. With `!` behind, it is a form only when full stops or a slash were written; with `^`,
only with its accent.
"""

SUFFIX_ROWS = """
KK | JP CN KR TW TH VN | kabushiki kaisha; kabushiki gaisha; kabushikikaisha; kabushikigaisha; kk; co ltd; company limited; co limited; company ltd; coltd
GK | JP | godo kaisha; godo gaisha; goudou kaisha; goudou gaisha; gk
YK | JP | yugen kaisha; yugen gaisha; yuugen kaisha; yuugen gaisha; yk
GM | JP | gomei kaisha; gomei gaisha
GS | JP | goshi kaisha; goshi gaisha
INC | US CA PH AU | inc; incorporated; incorporation; incorporee; co inc
CORP | US CA PH | corp; corporation
PBC | US | pbc; public benefit corporation; pbc inc
LLC | US AE SA RU | llc; limited liability company; ltd liability co; limited liability co; ltd liability company; lc!; co llc; company llc; llc spc; llcspc; llc fz; llc opc; llc so
LLP | US GB IN SG CA | llp; limited liability partnership
LLLP | US | lllp
LP | US GB CA | lp; limited partnership
PLLC | US | pllc; professional limited liability company
PC | US | pc!; professional corporation
PA | US | pa!; professional association
NA | US | na!; national association
CO | US | co; company
LTD | GB IE IN HK AU NZ CA ZA IL NG CN SG | ltd; limited; ltee; limitee; cie ltee; בע מ; cyf; cyfyngedig; teoranta; teo!
PLC | GB IE NG KE EG | plc; public limited company; ccc!; cpt!
CIC | GB | cic; community interest company
CIO | GB | cio!
DAC | IE | dac; designated activity company
CLG | IE | clg; company limited by guarantee
ULC | IE CA | ulc; uc!; unlimited company; unlimited liability company
GMBH | DE AT CH | gmbh; gmbh and co kg; gmbh and co kgaa; gmbh and co ohg; gmbh and co; gmbh and cokg; ges mbh; gesmbh; gesellschaft mbh; mbh; mbh and co kg; gesellschaft mit beschrankter haftung; gemeinnutzige gmbh; ggmbh; gmbh ch
AG | DE AT CH | ag; ag and co kg; ag and co kgaa; ag and co ohg; aktiengesellschaft; ag/sa
KG | DE AT | kg; kommanditgesellschaft; co kg; ltd and co kg; limited and co kg; bv and co kg; stiftung and co kg
KGAA | DE | kgaa; se and co kgaa; kommanditgesellschaft auf aktien
OHG | DE | ohg; offene handelsgesellschaft
OG | AT | og
FLEXCO | AT | flexco; flexible kapitalgesellschaft; flexkapg
EU | AT | eu!; eingetragener unternehmer
UG | DE | ug; ug haftungsbeschrankt; ug haftungsbeschrankt and co kg; ug and co kg; unternehmergesellschaft; unternehmergesellschaft haftungsbeschrankt
EK | DE | ek; e kfm; e kfr; ekfm; ekfr; eingetragener kaufmann; eingetragene kauffrau
EV | DE AT | ev!; eingetragener verein
EG | DE | eg; eingetragene genossenschaft; genossenschaft; geno!
GBR | DE AT | gbr; gesbr; egbr; gesellschaft burgerlichen rechts
PARTG | DE | partg; partg mbb; partgmbb; partnerschaft mbb; partnerschaftsgesellschaft
SE | EU DE FR | se; societas europaea; se and co kg; se and co ohg
SA | FR ES BE CH LU PL PT BR AR MX CL CO PE GR RO | sa; s/a; societe anonyme; sociedad anonima; sociedade anonima; spolka akcyjna; sa de cv; sab de cv; sab; sacv; sa c v; sa esp; saesp; sa bic; saci; sacif; saci y f; saic; saica; sanv; sa/nv; nv/sa; sacifia; sacifya; saciyf; sacifi; sacei; saicf; saicyf; sa ci; saca; sacia
SAPI | MX | sapi de cv; sapi; sapib de cv
SOFOM | MX | sofom enr; sofom er; sa de cv sofom enr; sa de cv sofom er
SAOC | OM | saoc; saog
SAE | EG | sae
SARL | FR CH LU MA | sarl; s a rl; societe a responsabilite limitee; sarlau; sarl au
SAGL | CH | sagl; societa a garanzia limitata
SAS | FR CO IT AR | sas; societe par actions simplifiee; sociedad por acciones simplificada; sas bic; sas esp; sasesp; sas de cv
SASU | FR | sasu
EURL | FR | eurl
SNC | FR IT BE | snc; societe en nom collectif; societa in nome collettivo; senc; sencrl; senc rl; sencrl/llp
SCI | FR | sci; societe civile immobiliere
SCP | FR ES | scp!
SELARL | FR | selarl; selas; selafa
SCOP | FR | scop; scic
SEM | FR | saem; saeml
SCA | FR LU BE | sca; societe en commandite par actions
SCS | FR LU | scs; societe en commandite simple; secs; scsp; s en c; s en c de cv; s en c por a; sec!
GIE | FR | gie
SL | ES | sl; slu; sociedad limitada; sll; slne; slp!; sociedad de responsabilidad limitada; sociedad limitada unipersonal
SAU | ES | sau; sociedad anonima unipersonal
SC | ES IT | s coop; scoop; soc coop; soc cooperativa; societa cooperativa; sociedad cooperativa; sc!; scarl; scrl; soc coop arl; scpa; soc coop sociale; soc coop agricola; s coop and; s coop mad; s coop ltda; s coop v; s coop galega; sh!
CB | ES | cb!; comunidad de bienes
AC | MX | ac!; asociacion civil
SRL | IT ES AR RO BE MX PE | srl; s de rl de cv; s de rl; s de rl mi; srls; srl unipersonale; srl a socio unico; srl us; srlu; societa a responsabilita limitata; sociedad de responsabilidad limitada; srl de cv; srl benefit; srl sb; srl stp; srla socio unico; sc de rl de cv; spr de rl de cv; spr de rl
SRLRO | RO | scsrl
PFA | RO | pfa
SPA | IT CL DZ | spa; societa per azioni; sociedad por acciones; spa a socio unico; spa us; spa sb; spaa socio unico
SAPA | IT | sapa
SS | IT | ss!; societa semplice
BV | NL BE | bv; besloten vennootschap
NV | NL BE | nv; naamloze vennootschap; nv sa
BVBA | BE | bvba; sprl; ebvba; bv bvba; bv ba
CVBA | BE | cvba; scrl; cvba so
VOF | NL BE | vof; vennootschap onder firma
CV | NL BE ID | cv!; commanditaire vennootschap; comm v; commv; comm va
COOPUA | NL | ua!; cooperatief ua; cooperatie ua; cooperatie; ba!
ASBL | BE LU | asbl; vzw; aisbl; ivzw
AB | SE FI | ab; aktiebolag; ab publ; aktiebolaget; aktiebolag publ
HB | SE | hb; handelsbolag; kb!; kommanditbolag
EKFOR | SE | ek for; ekonomisk forening
AS | NO DK CZ SK TR EE | as; a/s; aksjeselskap; aktieselskab; akciova spolecnost; anonim sirketi; anonim sirket; anonim ortakligi
ASA | NO | asa; allmennaksjeselskap
ANS | NO | ans!; da!
APS | DK | aps; anpartsselskab
IVS | DK | ivs
KS | DK NO CZ | k/s; ks!; komanditni spolecnost
IS | DK | i/s
PS | DK | p/s
AMBA | DK | amba!; a m b a
OY | FI | oy; osakeyhtio; oyj; oy ab; oyj abp; ab oy
KY | FI | ky!; kommandiittiyhtio
TMI | FI | tmi
OSK | FI | osk!; osuuskunta
EHF | IS | ehf; hf!; ohf
SPZOO | PL | sp zoo; spzoo; sp z oo; sp z o o; spolka zoo; spolka z oo; spolka z ograniczona odpowiedzialnoscia; sp zoo sp k; sp zoo spk; sp zoo spolka komandytowa; sp zoo s k; z oo; zoo!; sp zo o; spzo o; zo o
SPK | PL | sp k; spk!; spolka komandytowa
SPJ | PL | sp j; spj!; spolka jawna
SPP | PL | sp p; spolka partnerska
SKA | PL | ska!; spolka komandytowo akcyjna
PSA | PL | psa!; prosta spolka akcyjna
SPCYW | PL | spolka cywilna
SRO | CZ SK | sro; spol sro; spol s ro; spolecnost s rucenim omezenym; spolocnost s rucenim obmedzenym
VOS | CZ SK | vos!; verejna obchodni spolecnost; zs!; zu!; ops!
KFT | HU | kft; korlatolt felelossegu tarsasag
ZRT | HU | zrt; rt!; zartkoruen mukodo reszvenytarsasag
NYRT | HU | nyrt
BT | HU | bt!; beteti tarsasag
KKT | HU | kkt
DOO | SI HR RS BA | doo; д оо; доо
DD | SI HR | dd!
JDOO | HR | jdoo
EOOD | BG | eood; еоод
OOD | BG | ood; оод
AD | BG RS | ad!; ead!; ад; еад
AE | GR | ae!; αε; αβεε; αεβε
EPE | GR | epe!; επε
IKE | GR | ike!; ικε; μικε; μονοπροσωπη ικε
OE | GR | oe!; ee!; οε; εε
OU | EE | ou^; osauhing
SIA | LV | sia
UAB | LT | uab; mb!
LTDA | BR CL CO | ltda; limitada; ltda me; ltda epp; s a ltda; cia ltda; sociedade limitada; ltda mei; ltd a
LDA | PT AO | lda; unipessoal lda; unip lda; sociedade unipessoal lda; limitada unipessoal
EIRELI | BR | eireli; eireli me; eireli epp
ME | BR | mei!
SGPS | PT | sgps sa; sgps
SAC | PE | sac; saa; sociedad anonima cerrada; sociedad anonima abierta
EIRL | PE CL | eirl
CA | VE EC | ca!; compania anonima
PTYLTD | AU ZA | pty ltd; pty limited; proprietary limited; proprietary ltd; pty; p/l; pl!; soc ltd; rf pty ltd; rf proprietary limited; rf pty limited
NL | AU | nl!
CC | ZA | cc!; close corporation
NPC | ZA | npc; npc rf
PTELTD | SG | pte ltd; pte limited; private ltd pte; pte
PVTLTD | IN PK BD LK | pvt ltd; private limited; pvt limited; private ltd; p ltd; p limited; pvt; opc pvt ltd; opc private limited
OPC | IN PH | opc
SDNBHD | MY BN | sdn bhd; sendirian berhad; s/b; sdn berhad; sdn
BHD | MY | bhd; berhad
PLT | MY | plt
PT | ID | pt!
TBK | ID | tbk
PCL | TH | pcl; public company limited; public co ltd; public co limited; pub co ltd
LTDPART | TH | ltd part; limited partnership part; part ltd
JSC | VN RU KZ AE | jsc; joint stock company; ojsc; cjsc; pjsc; joint stock co; public joint stock company; psc; sjsc; qpsc; qsc
FZE | AE | fze; fzco; fz llc; dmcc; fzc; fzllc; dwc llc; fz co
WLL | BH QA KW | wll; bsc!; kscp; ksc; kscc; co wll; company wll
EST | SA AE | est!; establishment
LTDSTI | TR | ltd sti; limited sirketi; ltd sirketi; limited sti
KOLLSTI | TR | koll sti; kollektif sirketi
OOO | RU BY | ooo; ооо; общество с ограниченнои ответственностью
OAO | RU | oao; оао
ZAO | RU | zao; зао
PAO | RU | pao; пао; публичное акционерное общество
AO | RU KZ | ao!; ао; акционерное общество
TOO | KZ | too!; тоо
TOV | UA | tov!; тов
SHAA | SA EG | ش م ع; شمع; ش م م; شمم; شمك; ذ م م; ذمم; المحدودة; محدودة; مساهمة مقفلة; مساهمة عامة; م م ح; ش م ح
"""

PREFIX_ROWS = """
KK | JP | kabushiki kaisha; kabushiki gaisha; kabushikigaisha; kabushikikaisha; kk!
GK | JP | godo kaisha; godo gaisha; goudou kaisha; goudou gaisha; gk!
YK | JP | yugen kaisha; yugen gaisha; yuugen kaisha; yuugen gaisha; yk!
GM | JP | gomei kaisha; gomei gaisha
GS | JP | goshi kaisha; goshi gaisha
PT | ID | pt; perseroan terbatas
CV | ID NL | cv; commanditaire vennootschap
UD | ID | ud!
GBR | DE AT | gbr
SARL | FR CH | sarl; societe a responsabilite limitee; s a rl
SAS | FR | sas!; societe par actions simplifiee
SASU | FR | sasu
SA | FR ES | sa!; societe anonyme; sociedad anonima
EURL | FR | eurl
SCI | FR | sci du; sci de; sci des; sci la; sci le; sci les; societe civile immobiliere
SELARL | FR | selarl
SNC | FR | snc!
GIE | FR | gie
GAEC | FR | gaec; scea; gfa!
EARL | FR | earl du; earl de; earl des; earl la; earl le; earl les; earl!
SCOP | FR | scop; scic
BV | NL | bv!; besloten vennootschap
NV | NL | nv!; naamloze vennootschap
VOF | NL | vof
STICHTING | NL | stichting
AB | SE LT | ab; aktiebolaget
AS | DK NO EE | a/s; as!
ASBL | BE | asbl; vzw
OY | FI | oy; oyj
OU | EE | ou^; osauhing
SIA | LV | sia
UAB | LT | uab
PERUSAHAAN | ID | perusahaan perseroan
TNHH | VN | cong ty tnhh; cong ty tnhh mtv; cong ty tnhh mot thanh vien; cty tnhh; cty tnhh mtv; cong ty trach nhiem huu han; cong ty trach nhiem huu han mot thanh vien; ct tnhh; tnhh; cong ty tnhh thuong mai dich vu; cong ty tnhh san xuat thuong mai
CTCP | VN | cong ty co phan; ctcp; cong ty cp; cty cp; cty co phan
DNTN | VN | doanh nghiep tu nhan; dntn
OOO | RU BY | ooo; ооо; общество с ограниченнои ответственностью
OAO | RU | oao; оао; открытое акционерное общество
ZAO | RU | zao; зао; закрытое акционерное общество
PAO | RU | pao; пао; публичное акционерное общество
JSC | RU KZ AZ | jsc; ojsc; cjsc; pjsc; joint stock company; public joint stock company
LLC | RU GE UA | llc; limited liability company
PCL | TH | บมจ
THCO | TH | บจก; บจ
LP | TH | หจก
AO | RU KZ | ao!; ао; акционерное общество; непубличное акционерное общество
IP | RU | ип; индивидуальныи предприниматель
NKO | RU | нко; ано
FGUP | RU | фгуп; гуп; муп
TOO | KZ | тоо
TOV | UA | тов; товариство з обмеженою відповідальністю
PAT | UA | прат; пат; ат
FOP | UA | фоп
ODO | BY | одо
"""

CIRCUMFIX: dict[str, frozenset[str]] = {"PT": frozenset({"tbk", "persero", "persero tbk"}), "OY": frozenset({"ab"})}
"""Code of a form in front -> what may close the name behind: PT Astra International Tbk, Oy Karl Fazer Ab."""

OPENINGS = frozenset({"sc"})
"""Words in front of a name whose form stands behind, dotted or in capitals: S.C. Dacia S.R.L. (Romania)."""

NON_ALPHABETIC: dict[str, tuple[str, tuple[str, ...]]] = {
    "CNGS": ("CN TW", ("股份有限公司", "股份有限责任公司", "股份有限責任公司", "股份公司", "(股)公司", "(股)")),
    "CNYX": ("CN TW HK", ("有限责任公司", "有限責任公司", "有限公司")),
    "CNWX": ("CN TW HK", ("無限公司", "无限公司", "兩合公司", "两合公司")),
    "CNHH": ("CN", ("(有限合伙)", "(有限合夥)", "(普通合伙)", "(特殊普通合伙)", "合伙企业(有限合伙)")),
    "KRJ": ("KR", ("주식회사", "(주)")),
    "KRY": ("KR", ("유한회사", "(유)", "유한책임회사", "(유한)")),
    "KRH": ("KR", ("합자회사", "합명회사", "(합)", "(합자)")),
    "KRF": ("KR", ("재단법인", "사단법인", "(재)", "(사)", "사회복지법인", "학교법인", "의료법인", "(의)")),
    "KRC": ("KR", ("농업회사법인", "영농조합법인", "협동조합")),
    "PCL": ("TH", ("จำกัด (มหาชน)", "จำกัด(มหาชน)")),
    "LP": ("TH", ("ห้างหุ้นส่วนจำกัด", "ห้างหุ้นส่วนสามัญ")),
    "THCO": ("TH", ("จำกัด",)),
    "PVTLTD": ("IN", ("प्राइवेट लिमिटेड",)),
    "LTD": ("IN", ("लिमिटेड",)),
}
"""Forms of scripts without spaces, found anywhere in a name; code -> countries, spellings."""

THAI_OPENINGS = ("บริษัท", "ห้างหุ้นส่วน")
