# ruff: noqa: E501 - a table: its lines follow the meaning, not the width
"""Korean family names and the syllables of given names, with how their bearers write them in Latin letters; set by hand.

The usual spelling of passports first, then the Revised Romanisation of 2000 and others seen.
"""

FAMILIES = (
    "김 kim gim; 이 lee yi rhee i; 박 park pak bak; 최 choi choe; 정 jung jeong chung jong; 강 kang gang; 조 cho jo; 윤 yoon yun youn; 장 jang chang; 임 lim im rim "
    "yim; 한 han; 오 oh o; 서 seo suh so; 신 shin sin; 권 kwon gwon; 황 hwang; 안 ahn an; 송 song; 류 ryu yoo yu ryoo; 유 yoo yu ryu you; 홍 hong; 전 jeon chun jun "
    "chon; 고 ko go koh; 문 moon mun; 양 yang; 손 son sohn; 배 bae pae; 백 baek paik back paek; 허 heo hur huh her; 남 nam; 심 shim sim; 노 noh no roh; 하 ha; 곽 kwak "
    "gwak; 성 sung seong; 차 cha; 주 joo ju chu; 우 woo u wu; 구 koo ku goo gu; 민 min; 진 jin chin; 지 ji chi; 엄 um eom uhm; 채 chae; 원 won; 천 chun cheon; 방 bang; "
    "공 kong gong; 현 hyun hyeon; 함 ham; 변 byun byeon; 염 yeom yum; 여 yeo yuh; 추 choo chu; 도 do; 소 so; 석 seok suk; 선 sun seon; 설 seol sul; 마 ma; 길 gil kil; 연 "
    "yeon yun; 위 wi; 표 pyo; 명 myung myeong; 기 ki gi; 반 ban; 왕 wang; 금 keum geum; 옥 ok; 육 yook yuk; 인 in; 맹 maeng; 제 je; 모 mo; 탁 tak; 국 kook guk; 어 eo; 은 "
    "eun; 편 pyeon; 용 yong; 봉 bong; 사 sa; 부 boo bu; 가 ka ga; 복 bok; 태 tae; 나 na; 라 ra; 피 pi; 두 doo du; 감 kam gam; 음 eum um; 빈 bin; 동 dong; 온 on; 호 ho; 범 "
    "beom bum; 좌 jwa; 팽 paeng; 승 seung; 간 kan gan; 상 sang; 시 shi si; 갈 gal kal; 단 dan; 견 kyun gyeon; 당 dang; 남궁 namgung namkoong namkung; 황보 hwangbo; 제갈 "
    "jegal jekal; 사공 sagong sakong; 선우 sunwoo seonu sunoo; 독고 dokgo dokko; 서문 seomun suhmoon; 동방 dongbang "
)
"""Family name, its spellings; rows separated by semicolons. One- and two-syllable names."""

GIVEN_SYLLABLES = (
    "민 min; 준 jun joon; 지 ji jee; 훈 hoon hun; 서 seo; 연 yeon youn yun; 현 hyun hyeon; 혜 hye hae; 영 young yeong; 수 soo su; 진 jin; 경 kyung kyoung gyeong; 우 "
    "woo wu u; 원 won; 호 ho; 희 hee hui; 미 mi; 나 na; 유 yu yoo; 하 ha; 은 eun un; 아 a ah; 인 in; 승 seung sung; 성 sung seong; 재 jae; 태 tae; 동 dong; 상 sang; 철 chul "
    "cheol; 규 kyu gyu; 화 hwa; 환 hwan; 정 jung jeong chung; 찬 chan; 도 do; 다 da; 빈 bin been; 보 bo; 라 ra; 리 ri lee; 린 rin lin; 솔 sol; 별 byul byeol; 윤 yun yoon "
    "youn; 예 ye; 제 je; 세 se; 강 kang gang; 건 geon gun kun; 기 ki gi; 광 kwang gwang; 명 myung myeong; 남 nam; 일 il; 권 kwon gwon; 석 seok suk; 숙 sook suk; 선 sun "
    "seon; 휘 hwi; 혁 hyuk hyeok; 율 yul yool; 란 ran lan; 로 ro; 옥 ok; 주 ju joo; 신 shin sin; 안 an ahn; 온 on; 웅 woong ung; 흥 heung; 근 geun keun kun; 배 bae; 범 "
    "beom bum; 채 chae; 창 chang; 순 soon sun; 자 ja; 애 ae; 춘 chun choon; 봉 bong; 복 bok; 길 gil kil; 만 man; 종 jong; 중 jung joong; 용 yong; 홍 hong; 완 wan; 식 sik "
    "shik; 덕 duk deok; 학 hak; 익 ik; 택 taek; 한 han; 결 gyeol kyul; 겸 gyeom kyum; 균 kyun gyun; 금 geum keum; 난 nan; 녀 nyeo; 단 dan; 담 dam; 대 dae; 두 doo du; 득 "
    "deuk; 람 ram; 래 rae; 량 ryang; 려 ryeo; 례 rye; 록 rok; 룡 ryong; 름 reum; 림 rim lim; 마 ma; 모 mo; 무 moo mu; 문 moon mun; 반 ban; 백 baek; 번 beon; 병 byung "
    "byeong; 분 bun; 산 san; 삼 sam; 새 sae; 설 seol sul; 섭 sup seop; 송 song; 슬 seul; 시 si shi; 심 sim shim; 억 eok; 언 eon; 여 yeo; 열 yeol yul; 엽 yeop yup; 오 oh o; "
    "왕 wang; 요 yo; 욱 wook uk; 운 un woon; 월 wol; 위 wi; 으 eu; 을 eul; 음 eum; 의 eui ui; 이 i yi lee; 임 im lim; 장 jang; 전 jeon; 조 jo cho; 직 jik; 차 cha; 천 chun "
    "cheon; 초 cho; 충 chung; 치 chi; 탁 tak; 필 pil; 해 hae; 향 hyang; 헌 heon hun; 형 hyung hyeong; 효 hyo; 후 hoo hu; 흠 heum; 가 ga ka; 고 go ko; 곤 gon kon; 관 kwan "
    "gwan; 구 gu koo; 국 kook guk; 군 gun kun; 궁 gung; 귀 gwi kwi; 극 geuk; 김 kim; 노 no noh; 늘 neul; 달 dal; 들 deul; 비 bi; 빛 bit; 사 sa; 샘 saem; 소 so; 술 "
    "sul; 양 yang; 염 yeom; 외 oe; 울 ul; 윗 wit; 잔 jan; 잎 ip; 청 chung cheong; 추 chu choo; 평 pyung pyeong; 표 pyo; 풍 poong pung; 혼 hon; 황 hwang; 흔 "
    "heun "
)
"""Syllable of a given name, its spellings."""
