# ruff: noqa: E501 - a table: its lines follow the meaning, not the width
"""How Chinese names are written in Latin letters: Mandarin for all, usual spellings of Hong Kong, Taiwan, Singapore.

Set by hand from general knowledge of names. Characters are listed in the forms of Taiwan, Japan and the People's
Republic where the strict fold does not unite them.
"""

FAMILIES = (
    "王 wang wong ong; 李 li lee; 張 zhang chang cheung teo chong; 劉 liu lau low; 陳 chen chan tan chin; 楊 yang yeung yeo; 黄 huang wong hwang ng wee; "
    "趙 zhao chao chiu; 呉 wu ng goh; 周 zhou chou chow chew; 徐 xu hsu chui tsui; 孫 sun suen; 馬 ma mah; 朱 zhu chu choo; 胡 hu woo; 郭 guo kuo kwok kwek quek; 何 he ho hoe; 林 lin lam lim; "
    "高 gao kao ko; 羅 luo lo law loh; 鄭 zheng cheng tay; 梁 liang leung neo; 謝 xie hsieh tse chia; 宋 song sung; 唐 tang tong; 許 xu hsu hui koh khoo; 韓 han hon; 馮 feng fung; 鄧 deng teng tang; "
    "曹 cao tsao tso; 彭 peng pang; 曽 zeng tseng tsang chan; 蕭 xiao hsiao siu seow; 肖 xiao; 田 tian tien tin; 董 dong tung; 袁 yuan yuen; 潘 pan poon phua; "
    "于 yu; 余 yu yue yee; 蒋 jiang chiang tseung; 蔡 cai tsai choi chua choy; 杜 du tu to; 葉 ye yeh yip yap; 程 cheng ching; 蘇 su so soh; 魏 wei ngai; 呂 lu lv lui loo; 丁 ding ting; "
    "任 ren jen yam; 沈 shen sham sim; 姚 yao yiu; 盧 lu lo loo; 姜 jiang chiang keung; 崔 cui tsui chui; 鍾 zhong chung cheong; 鐘 zhong chung; 譚 tan tam; 陸 lu luk; 汪 wang wong; 范 fan; "
    "金 jin chin kam; 石 shi shih shek; 廖 liao liu liew; 賈 jia chia; 夏 xia hsia ha; 韋 wei wai; 付 fu; 傅 fu foo; 方 fang fong png; 白 bai pai pak; 鄒 zou tsou chau; 孟 meng mang; "
    "熊 xiong hsiung hung; 秦 qin chin chun; 邱 qiu chiu yau khoo; 丘 qiu yau; 江 jiang chiang kong; 尹 yin wan; 薛 xue hsueh sit; 閻 yan yen yim; 閆 yan; 段 duan tuan; 雷 lei lui; 侯 hou hau; "
    "竜 long lung; 史 shi shih sze; 陶 tao to; 黎 li lai; 賀 he ho; 顧 gu ku koo; 毛 mao mo; 郝 hao; 龔 gong kung; 邵 shao shiu; 万 wan man; 銭 qian chien chin; 厳 yan yen yim; "
    "覃 qin tan; 武 wu; 戴 dai tai; 莫 mo mok; 孔 kong kung hung; 向 xiang hsiang; 湯 tang tong; 温 wen wan; 康 kang hong; 施 shi shih sze; 文 wen man; 牛 niu; 樊 fan; 葛 ge; 邢 xing hsing; "
    "安 an; 斉 qi chi; 易 yi yik; 喬 qiao chiao kiu; 伍 wu ng; 龐 pang pong; 顔 yan yen ngan gan; 倪 ni ngai; 荘 zhuang chuang chong; 庄 zhuang; 聶 nie nip; 章 zhang chang cheung; "
    "魯 lu lo; 岳 yue ngok; 翟 zhai chak; 殷 yin yan; 詹 zhan chan jim; 申 shen; 欧 ou au; 耿 geng; 関 guan kuan kwan; 蘭 lan; 焦 jiao; 兪 yu; 俞 yu; 左 zuo; 柳 liu lau; 甘 gan kam kum; "
    "祝 zhu chuk; 包 bao pao pau; 寧 ning; 尚 shang; 符 fu foo; 舒 shu; 阮 ruan yuen; 柯 ke ko or; 紀 ji chi kei; 梅 mei mui; 童 tong tung; 凌 ling; 畢 bi pi; 単 shan; 季 ji; 裴 pei; 霍 huo fok; "
    "涂 tu; 成 cheng shing; 苗 miao miu; 谷 gu; 盛 sheng; 曲 qu; 翁 weng yung; 冉 ran; 駱 luo lok; 藍 lan nam; 路 lu; 游 you yu yau; 辛 xin; 靳 jin; 管 guan; 柴 chai; 蒙 meng; 鮑 bao pao pau; 華 hua wah; "
    "喻 yu; 祁 qi; 蒲 pu; 房 fang; 滕 teng; 屈 qu wat; 饒 rao; 解 xie; 牟 mou; 艾 ai; 尤 you; 陽 yang; 時 shi; 穆 mu; 農 nong; 司 si; 卓 zhuo cho cheuk toh; 古 gu ku koo; 吉 ji; 繆 miao; 簡 jian chien kan; "
    "車 che; 項 xiang hong; 蘆 lu; 麦 mai mak; 褚 chu; 婁 lou; 竇 dou; 戚 qi; 岑 cen shum; 景 jing; 党 dang; 宮 gong; 費 fei; 卜 bu; 冷 leng; 晏 yan; 席 xi; 衛 wei; 米 mi; 柏 bai; 宗 zong; "
    "瞿 qu; 桂 gui; 全 quan; 佟 tong; 応 ying; 臧 zang; 閔 min; 苟 gou; 鄔 wu; 辺 bian; 卞 bian; 姫 ji; 師 shi; 和 he; 仇 qiu; 欒 luan; 隋 sui; 商 shang; 刁 diao; 沙 sha; 栄 rong; 巫 wu; 寇 kou; 桑 sang; "
    "郎 lang; 甄 zhen; 叢 cong; 仲 zhong; 虞 yu; 敖 ao; 鞏 gong; 明 ming; 佘 she; 池 chi; 査 zha cha; 麻 ma; 苑 yuan; 遅 chi; 習 xi hsi; 习 xi; 鄺 kuang kwong fong; 官 guan; 封 feng; 談 tan; 匡 kuang; 鞠 ju; 恵 hui; 荊 jing; "
    "楽 yue le; 冀 ji; 胥 xu; 南 nan; 班 ban; 儲 chu; 原 yuan; 栗 li; 燕 yan; 楚 chu; 鄢 yan; 扈 hu; 連 lian lien; "
    "欧陽 ouyang auyeung; 司馬 sima szema; 諸葛 zhuge; 上官 shangguan; 皇甫 huangfu; 司徒 situ szeto; 夏侯 xiahou; 慕容 murong; 尉遅 yuchi; 東方 dongfang; 令狐 linghu; "
    "長孫 zhangsun; 端木 duanmu; 公孫 gongsun; 南宮 nangong; 西門 ximen; 軒轅 xuanyuan; 宇文 yuwen; 東郭 dongguo"
)
"""Family name, its spellings: Mandarin first."""

ALSO_JAPANESE = frozenset(
    "林高田金石江夏方白秦雷史万武戴向湯康文安易荘庄章岳関左柳甘梅童成谷盛管柴房陽時古吉車連景宮冷席米柏宗桂全辺姫師和桑郎仲明池麻苑官南原栗燕柯温唐石谷森東郭杜呂堀華凌翁路星"
) | {"東方", "西門", "南宮", "長孫"}
"""Family names that many bear in Japan: Chinese only before what is no Japanese given name."""

GIVEN = (
    "ai 愛爱艾; an 安; ang 昂; ao 傲奥澳; ba 巴; bai 白百柏; ban 班; bang 邦; bao 宝寶保葆豹; bei 北贝貝蓓; ben 本; bi 碧弼毕; biao 彪标; bin 斌彬滨濱宾賓; bing 冰兵炳秉丙; bo 波博勃伯柏渤; bu 布步; "
    "cai 才彩采财財; can 灿燦; cang 苍蒼仓; ce 策; chan 婵嬋; chang 昌长長畅暢常; chao 超朝潮; che 澈彻; chen 晨辰臣琛宸沉; cheng 成诚誠城承程澄呈丞晟; chi 驰池志馳; chong 崇冲; chu 楚初; chuan 川传伝; chuang 创; "
    "chun 春纯純淳椿; ci 慈; cong 聪聡聰从丛叢; cui 翠; da 大达達; dai 黛代; dan 丹旦; dang 党; dao 道; de 德徳; deng 登鄧; di 迪笛; dian 典; ding 丁鼎定; dong 东東冬栋棟董; dou 豆; duan 端; duo 多朵铎鐸; "
    "en 恩; er 尔二儿; fa 发発發法; fan 凡帆繁范; fang 芳方放坊; fei 飞飛菲霏斐妃; fen 芬; feng 峰锋鋒风風凤鳳枫楓丰豐豊; fu 福富夫甫芙馥辅輔; gan 淦; gang 刚剛钢鋼岗; ge 歌戈格; gen 根; geng 耕; "
    "gong 功工公; gu 古谷; guan 冠观官觀; guang 光广廣広; gui 贵貴桂; guo 国國果; hai 海; han 涵晗翰汉漢寒韩菡含; hang 航杭; hao 浩昊豪皓好灏顥; he 和鹤鶴荷贺河禾赫; heng 恒亨衡; hong 红紅宏洪鸿鴻虹弘泓; hou 厚; "
    "hu 虎湖; hua 华華花桦樺; huai 怀; huan 欢歓歡焕煥环環桓; huang 煌凰; hui 辉輝慧惠恵晖暉卉汇徽会蕙绘匯繪; huo 火; ji 吉纪紀继継季基济済骥极际驥極際薊; jia 佳家嘉加甲; jian 建健剑剣坚堅鉴俭鑑儉; jiang 江将; jiao 娇嬌蛟; "
    "jie 杰傑洁潔捷婕介节節; jin 金近进進锦錦瑾晋津; jing 静靜晶京敬景婧菁靖晴竞璟競; jiong 炯; jiu 久玖; ju 菊举舉; juan 娟鹃涓鵑; jue 珏觉覺玨; jun 军軍俊君钧均骏駿峻郡珺竣鈞; kai 凯凱开開恺楷锴愷鍇; kang 康; ke 可科克珂柯; "
    "ken 肯; kong 空; kuan 宽寛; kun 坤昆琨锟; kui 奎葵魁; la 拉; lai 来莱; lan 兰蘭岚嵐澜蓝藍瀾; lang 朗浪; le 乐楽樂; lei 磊蕾雷垒壘; leng 冷; li 丽麗力立莉利礼理李黎俐励厉梨璃; lian 莲蓮连廉恋; liang 亮良梁; "
    "liao 辽; lie 烈; lin 林琳霖麟临鳞; ling 玲灵霊靈凌铃鈴岭菱嶺齢齡龄; liu 柳流; long 龙竜龍隆; lou 楼; lu 露璐路鹿鲁陆; luan 鸾; lun 伦倫; luo 洛罗; lv 律绿綠; ma 玛麻; mai 麦; man 曼漫满蔓; mao 茂; mei 梅美媚玫眉媺; "
    "men 门門; meng 梦夢萌孟蒙猛; mi 蜜米; miao 妙苗淼; min 敏民旻闽珉閩; ming 明鸣鳴铭銘名茗; mo 墨莫默沫; mu 木沐慕牧穆睦; na 娜纳; nai 乃; nan 南楠男; neng 能; ni 妮倪霓; nian 年念; ning 宁寧凝; nuo 诺諾; "
    "ou 欧鸥鷗; pan 盼; pei 培佩沛珮; peng 鹏鵬朋彭; pin 品; ping 平萍苹屏蘋; pu 璞普朴; qi 琪奇琦启啓祺其齐斉齊旗麒绮七騏綺; qian 倩谦謙前芊茜千乾; qiang 强強; qiao 巧乔俏; qin 琴勤钦芹秦沁欽; "
    "qing 青清庆慶晴卿情; qiong 琼瓊; qiu 秋球; qu 曲; quan 全泉权; que 雀; qun 群; ran 然冉; rang 让讓; ren 仁人任; ri 日; rong 荣栄榮蓉容融; rou 柔; ru 如茹儒汝; rui 瑞睿锐鋭蕊芮叡; run 润潤; ruo 若; "
    "sai 赛; san 三; sen 森; sha 莎沙; shan 山珊善姗杉; shang 尚上; shao 少绍紹韶; shen 深慎; sheng 生胜勝盛升圣聖声; shi 诗詩世石士时時实実仕; shou 寿壽守; shu 淑书書舒树樹姝叔; shuai 帅帥; shuang 双爽霜; "
    "shui 水; shun 顺順舜; shuo 硕朔碩; si 思斯丝四絲; song 松颂嵩; su 素苏蘇; sui 穗; sun 孙; suo 索; tai 泰太; tang 棠; tao 涛濤桃陶韬韜; teng 腾騰; tian 天田甜; tie 铁鉄鐵; ting 婷庭廷亭挺; tong 彤桐童同通; tuan 团; "
    "wan 婉万晚皖琬; wang 旺望; wei 伟偉威维維薇巍玮炜卫衛为為微魏蔚唯瑋緯葳; wen 文雯稳穩; weng 翁; wo 沃; wu 武五吴梧; xi 喜希西熙曦溪夕锡惜兮錫; xia 霞夏侠; xian 贤賢先仙显宪羡顯憲; xiang 翔祥香湘向响想; "
    "xiao 小晓暁曉肖孝萧笑霄潇筱; xie 谐諧; xin 欣新鑫心馨昕信辛芯忻歆; xing 星兴興行幸杏邢; xiong 雄; xiu 秀修绣繡; xu 旭绪序; xuan 轩軒萱璇宣玄瑄炫諠; xue 雪学學; xun 勋勲迅; ya 雅亚亜亞娅婭; "
    "yan 艳艶燕妍岩炎彦言研颜雁焱諺; yang 阳陽洋扬揚杨漾; yao 瑶耀尧瑤遥堯; ye 叶葉业野烨業; yi 怡毅一艺芸義义仪宜逸轶易依伊奕益翼忆懿以儀軼憶翊; yin 音银寅茵胤因銀蔭; ying 英颖穎莹瑩瑛影盈迎滢樱; yong 勇永咏泳雍; "
    "you 友佑优優悠有; yu 宇玉雨瑜裕羽余语語豫煜育妤钰渝郁毓于愉鈺漁宥; yuan 媛元远遠园圆圓源渊苑援原缘; yue 月悦越岳跃玥躍; yun 云雲芸韵允赟运筠昀; ze 泽沢澤则; zeng 增; zhan 展湛; zhang 章璋彰; "
    "zhao 昭兆钊; zhe 哲喆; zhen 珍真振贞镇震祯臻貞鎮; zheng 正政铮峥征錚; zhi 志智之芝知直致稚治芷植枝誌質; zhong 中忠仲钟重; zhou 舟洲周; zhu 竹珠柱祝築; zhuang 壮; zhuo 卓; zi 子紫梓自姿; zong 宗綜; zu 祖; zuo 作"
)
"""Syllable of Mandarin, the characters of given names that are read so."""
