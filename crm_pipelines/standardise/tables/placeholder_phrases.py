# ruff: noqa: E501, SIM905 - a table: its lines follow the meaning, not the width
"""Placeholders of several parts, each part with each of the others; set by hand, no spaces inside.

A line holds the alternatives of the first part and those of the second (and third), parted by bars; `_` is nothing.
"""

from itertools import product

_ROWS = """
# no name: in languages that say it with a word in front of the noun
sin | nombre nombres apellido apellidos correo email teléfono dirección empresa compañía información contacto título cargo definir clasificar registro registrar identificar respuesta razónsocial comentarios valor especificar rellenar
no | aplica informado informada especificado especificada indicado indicada proporcionado proporcionada registrado registrada asignado asignada definido definida tiene consta sabe conocido contesta existe identificado identificada facilitado declarado hay hayd datos quieredecir
sans pasde aucun aucune | nom prénom email mail adresse téléphone société entreprise donnée données information titre réponse contact objet valeur raisonsociale commentaire
non | renseigné renseignée communiqué communiquée précisé précisée spécifié spécifiée défini définie attribué attribuée fourni fournie indiqué indiquée connu connue identifié identifiée déclaré saisi saisie concerné
à a | définir compléter préciser déterminer renseigner confirmer saisir supprimer
kein keine ohne keinen | name namen nachname vorname email e-mail adresse telefon telefonnummer firma firmenname eintrag information informationen kontakt wert titel anschrift ahnung daten bezeichnung ansprechpartner
nicht nochnicht | angegeben bekannt vorhanden verfügbar zutreffend zugewiesen zugeordnet erfasst gepflegt definiert anwendbar ausgefüllt hinterlegt benannt genannt festgelegt verwenden benutzen mehrverwenden
bitte wird | löschen nichtlöschen ausfüllen eintragen ergänzen nachgereicht gelöscht nachgetragen ergänzt
senza nessun nessuna | nome cognome email indirizzo telefono dato dati azienda informazione titolo risposta contatto ragionesociale valore
non | specificato specificata indicato indicata fornito fornita definito definita noto nota pervenuto assegnato assegnata comunicato comunicata presente inserito inserita rilevato conosciuto dichiarato usare utilizzare
da | definire completare assegnare confermare inserire compilare verificare eliminare cancellare
sem nenhum nenhuma | sobrenome email endereço telefone dados empresa contato título resposta cadastro definição valor
não | especificado especificada aplicável definido definida fornecido fornecida cadastrado cadastrada possui tem identificado identificada preenchido preenchida sei sabe existe disponivel usar
a | definir confirmar preencher informar designar determinar rellenar completar
geen | idee achternaam voornaam email adres telefoon gegevens bedrijf informatie antwoord contact data opgave bedrijfsnaam
niet | opgegeven ingevuld beschikbaar gespecificeerd aanwezig gedefinieerd gebruiken verwijderen
ingen inget intet inga | navn uppgift uppgifter opplysninger oplysninger epost e-post adress adresse data svar information
ej inte ikke | angiven angett angitt oppgivet kjent känd känt kendt relevant tilgjengelig tillgänglig tillgängligt tillämpligt tillämplig specificerat spesifisert udfyldt ifyllt oplyst registrert registreret
ei | nimeä saatavilla määritelty ilmoitettu sovellettavissa olemassa tiedossa
brak | nazwy nazwiska imienia adresu telefonu informacji firmy maila email wpisu
nie | wiadomo określono ustalono wypełniono zdefiniowano znany znana podana podany istnieje używać
bez žádné | nazwy nazwiska imienia nazvu jména názvu údajů údaje příjmení
ne | zadáno vyplněno určeno specifikováno uvedené unesené zadané
nije | poznato navedeno uneto uneseno dostupno
без | имени фамилии имениифамилии названия адреса данных
нет | имени информации названия адреса телефона ответа фамилии компании
не | указана указаны заполнено заполнен определено определен определена задано задан применимо предоставлено имеется найдено установлено выбрано назначен использовать известна
не | вказано відомо визначено заповнено
isim ad soyad bilgi adres telefon şirket firma | yok belirtilmedi belirtilmemiş bilinmiyor girilmemiş girilmedi
tidak belum | ada diketahui diisi tersedia berlaku disebutkan ditentukan terdaftar adanama adadata
tiada | nama maklumat data rekod
không chưa | có biết rõ tên xácđịnh cậpnhật ápdụng cótên códữliệu cungcấp
이름 성명 회사명 상호 정보 내용 데이터 연락처 담당자 소속 직책 자료 값 | 없음 없슴 미상 미정 모름 미입력 미등록 불명
입력 기재 선택 기입 등록 응답 | 안함 없음 필요 예정 중 대기 바람
확인 | 중 필요 불가 요망 안됨 예정
无 無 | 姓名 名称 名稱 公司 信息 數據 数据 电话 地址 联系人 聯絡人 内容 记录 記錄 备注 单位 此人
未 | 命名 提供 輸入 登记 登記 注册 註冊 定义 定義 设置 設置 说明 確定 确定 分配 填姓名 留名 知姓名 知公司 透露 告知 实名
不 | 清楚 知道 知 方便透露 便透露 愿透露 願透露 公开 存在 可用 提供
غير | محدد محددة متاح مسجل معروفة معلوم مدخل
لا بدون | اسم يوجداسم ينطبق أعرف بيانات شيء عنوان شركة
ไม่ | ระบุชื่อ ทราบชื่อ ประสงค์ออกนาม มีข้อมูล มีชื่อ ปรากฏ ต้องการระบุ ประสงค์ระบุ
# test persons and companies of other languages
test | kunde kunden firma benutzer nutzer eintrag daten kontakt kundin unternehmen person mitarbeiter klant gebruiker bedrijf kund användare bruker företag kullanıcı müşteri şirket usuario cliente empresa client utilisateur société entreprise compte utente azienda
usuario cliente empresa contacto registro nombre cuenta datos correo | prueba deprueba test depruebas pruebas ejemplo deejemplo
client utilisateur société entreprise compte nom contact données | test detest d'essai essai exemple fictif fictive
cliente utente azienda nome contatto dati | test prova diprova ditest esempio diesempio fittizio
cliente usuário empresa cadastro contato nome | teste deteste test exemplo fictício
muster beispiel demo | kunde kundin mann unternehmen gmbh ag person daten
тестовый тестовая тестовое тестовые | пользователь клиент компания запись аккаунт контакт данные имя организация
测试 測試 示例 演示 体验 | 用户 用戶 公司 账号 帳號 账户 数据 數據 资料 客户 客戶 人员 员工 专用 数 一 1 企业
테스트 시험 샘플 더미 예시 데모 | 계정 사용자 회사 고객 데이터 유저 용 중 업체 고객사 입력 등록
test dummy sample demo unknown noname | sa srl sas sarl bv nv oy plc pteltd sdnbhd kk gk spa ag pvtltd ptyltd ltda sl ug ab
# Japanese: what is still to be done
未 | 登録 記入 入力 設定 確認 回答 記載 取得 公開 使用 所属 決定 提出 選択 指定 分類 調査 対応 処理 申請 契約 入手 通知 連絡 聴取 把握 採番 付番 割当 割り当て 作成 発行 判明 確定 登記 命名 開示 提供 収集 受領 整備 記名 精査 加入 手続き 手続
要 | 確認 削除 連絡 調査 入力 更新 修正 訂正 変更 対応 検討 登録 統合 整理 問合せ 問い合わせ 返信 回答 再確認 補完 追記 チェック 精査 記入 相談 審査 折返し 折り返し
確認 調査 検討 準備 申請 手続 手続き 交渉 選定 照会 問合せ 問い合わせ 登録 作業 更新 修正 調整 審査 変更 移行 保留 対応 工事 入力 整理 募集 採用 回答 精査 | 中 中です 待ち 予定 待 中のため
承認 返信 返事 連絡 決裁 結果 指示 | 待ち 待 待ちです
後日 追って 別途 後ほど 後程 のちほど 後から あとから あとで 後で | _ 登録 入力 確認 記入 決定 追記 連絡 ご連絡 通知 報告 提出 回答 お知らせ 記載 連絡します 確認します 入力します 相談
無 | 記名 登録 表示 指定 選択 関係 回答です 情報 記録 記入です
非 | 開示 対象 登録 表示希望 公開希望 公開です 通知 掲載
# addressed to nobody by name
不明 不詳 未登録 匿名 | な の | 会社 法人 人 方 人物 企業 業者 団体 相手 顧客 取引先 個人
オーナー 施主 経営者 役員 幹部 ご利用者 ご契約者 ご購入者 ご注文者 ご入居者 ご近所 お隣 お届け先 ご依頼主 ご紹介者 ご来場者 ご来店者 ご新規 ご住職 ご家族 ご遺族 ご子息 お父 お母 お嬢 ご担当 先方 お取引先 | 様 さま 殿
# tests in Japanese
結合 単体 総合 受入 受け入れ 負荷 性能 疎通 接続 動作 送信 受信 登録 表示 入力 開発 本番 社内 運用 連携 移行 画面 操作 研修 練習 検証 システム | テスト 試験 検証 確認 チェック | _ 用 中 データ 用データ です 環境
検証 練習 研修 試験 デモ 開発 確認 動作確認 見本 例示 サンプル 説明 訓練 | 用 用データ データ 用アカウント アカウント 用ユーザー ユーザー 用顧客 環境 用会社
テスト てすと ダミー サンプル | 一 二 三 その1 その2 です いち に 投稿です 中です のため ですよ してます 送信です 用です 顧客名 会社名 氏名 名 名前 住所 株式会社です 甲 乙 次男 次郎子 くん ちゃん 君 君です 子 男 女
取引先 お取引先 仕入先 得意先 お得意先 顧客 お客様 派遣先 訪問先 先方 各社 御社 貴社 | _ ご 御 の のご | 担当者 担当者様 ご担当 担当者各位
ご来場 ご来店 ご利用 ご参加 ご関係 お集まり 地域 町内 近隣 会員 社員 従業員 保護者 お取引先 関係者 ご家族 ご近所 職場 弊社 御社 | の _ | 皆様 皆さま みなさま 皆さん みなさん 皆々様
上 前 左 右 下 前行 上行 上段 前項 前欄 以下 以上 上記 前記 上の行 前の行 住所 氏名 会社名 本人 代表者 契約者 請求先 注文者 申込者 送付先 | と に は _ | 同じ 同様 同じです
右 左 前 以下 上段 前行 上行 | _ に | 同
お名前 名前 氏名 ご氏名 会社名 御社名 貴社名 担当者名 ご担当者名 住所 ご住所 電話番号 メールアドレス | を | 入力 入力してください 入力して下さい ご入力ください 記入 記入してください 記入して下さい ご記入ください 選択してください 入れてください
ここ こちら 此処 | に | 名前 氏名 会社名 入力 入力してください 記入 記入してください 名前を入力 氏名を入力 会社名を入力
試験 検証 見本 例 架空 仮 | _ | 太郎 花子 一郎 次郎 登録 入力 送信 データ アカウント ユーザー 番号 置き 住所 会員 顧客 社名 メール コード
配信 送信 受信 着信 宛先 入力 登録 通信 メール 表示 変換 読込 取込 システム | エラー 拒否 不能 不可 失敗 エラーです 漏れ ミス
# whole sentences
web website online facebook instagram twitter google internet new hot cold phone anonymous fb social | lead visitor shopper enquiry inquiry prospect fan follower user contact
enter insert type input put add your | name yourname fullname firstname lastname companyname company company here namehere companyhere nameofcompany yourcompany text texthere value
herr frau mr mrs ms monsieur madame m mme sr sra señor señora sig signor signora don dr hr fru pan pani | unbekannt unknown inconnu inconnue desconocido desconocida sconosciuto sconosciuta desconhecido onbekend none anonym anonyme anónimo x y xy xyz
client kunde cliente utente usuario usuário klant kund клиент pelanggan customer company person contact nom name namn navn nombre nome naam имя firma empresa société entreprise azienda bedrijf имяклиента | inconnu inconnue desconocido desconocida sconosciuto desconhecido desconhecida onbekend unbekannt okänd okänt ukendt ukjent unknown anonimo anónimo anonyme anonym anonymous неизвестен неизвестно неуказано tidakdiketahui
inconnu desconocido sconosciuto desconhecido onbekend unbekannt unbekannter unbekannte okänd okänt ukendt ukjent неизвестный неизвестная anonymer anonimo anónimo | client kunde kundin cliente utente usuario usuário klant kund клиент person name namn navn nome nombre naam firma absender kontakt пользователь компания
notiene nohay noposee notengo nãotem nãopossui nãohá nonha noncè nonce | correo email e-mail nombre apellido teléfono telefono dirección web datos contacto empresa nome sobrenome endereço dados cognome indirizzo dati página
nama alamat perusahaan pelanggan email telepon | tidakdiketahui tidakada kosong belumada belumdiisi
고객 회사 사용자 유저 데이터 회원 | 테스트 시험 샘플 미상 미확인 불명
暂无 暫無 没有 沒有 无 無 | 数据 數據 提供 内容 內容 信息 資訊 资讯 记录 姓名 名称 名稱 电话 電話 联系人 聯絡人 填写 填寫 此人
# whole sentences
no without missing needs unknown | lastname firstname surname middlename givenname familyname customername companyname contactname fullname orgname username clientname accountname
valued dear current unknown default potential prospective new existing anonymous generic | customer client resident occupant homeowner tenant donor user member guest visitor sirormadam sir madam sirs sir/madam friend supplier vendor
towhomitmayconcern ourresident theoccupier theoccupant theresident thehouseholder theowner thehomeowner themanager thedirector | _ s
test testy testie testo mister mr | mctest mctestface mctester testerson testerton testington testperson testman tester testson testsson testy testface
foobar foobarbaz musterfirma beispielfirma testfirma examplecompany samplecompany testcompany democompany dummycompany acmetest | inc llc ltd limited corp corporation gmbh ag sa co
please | update delete remove ignore enter select specify fillin filllater complete entername selectone chooseone confirm check advise deletethis
name company contact customer yourname address details info | unknown here needed required missing pending tbd tba tbc tofollow notknown notgiven notprovided unavailable withheld
to tobe | delete bedeleted completed updated filled filledin follow come check merge merged advised supplied assigned entered removed
none not | yet given listed available provided found reported recorded selected entered filled filledin needed supplied mentioned identified allocated assigned inlist onfile yetknown yetassigned interested decided determined
fake bogus junk bad wrong old duplicate closed inactive invalid deleted former expired obsolete test spam | name data record account contact entry email customer number user company only donotuse client
do don't dont please | not use mail email call contact delete know
donot | mail email ship sell bill invoice edit merge touch
"""

WORDS_ALONE = """
テキスト 文字列 ラベル 項目名 項目 値なし 誰でも 誰でもよい あかさたな アカサタナ あかさたなはまやらわ かきくけ さしすせ たちつて なにぬね はひふへほ まみむめも らりるれろ てすとかいしゃ てすとはなこ ジョン・ドゥ ジョンドゥ ジョン・ドー ジェーン・ドゥ ジョン・スミス例 名無しさん（仮） 定年退職 資格喪失 会員資格喪失 担当変更 担当者変更 担当替え 担当交代 サービス終了 提供終了 無記載 無登録 電番なし 番号なし 電番不明 利用なし 使途不明
unk unkn unknwon unknow unkown uknown unknownn unknownperson n/k n.k. notest nolongerwithcompany nolongerwiththecompany nolongeratcompany nolongerwithus nolongeremployedhere nolongerworkshere doesnotexist doesntexist accountholder accountowner cardholder policyholder household householder leadname tes tesing tsting testin asas asasas azerty azertyuiop qwertz qwertzuiop qwertzu qsdf qsdfgh qsdfghjklm wxcvbn neukunde neukunden privat privatperson privatkunde privatkunden interessent laufkunde laufkundschaft barverkauf barkunde ignoto ignota ndr puuttuu puuttuva eitiedetä बिनानाम नामनहीं بلااسم testtt teest wrongnumber wrongemail bademail bouncedemail emailbounced bounced mailbounced returnedmail returntosender unsubscribed optout optedout
ナナシノゴンベ 名無しのごんべ 名無しの権兵衛さん ナナシノゴンベエ ななしのごんべえ 名なしの権兵衛
fnu lnu fnulnu lnufnu ивантестов иванпупкин ふが太郎 ふがほげ ほげふが ほげふがぴよ hogefuga hogehuga hogepiyo hogefugapiyo fugafuga piyopiyo huga hugahuga asdjkl asdfjkl asdf;lkj jkl jkl; fjdksla fjdk fdsajkl dsfg sdfa sadf asfd adsf asdasdasd qweasd qweasdzxc asdqwe zxcasd qazxsw zaq1 zaq12wsx zaqwsx wsxedc edcrfv poi lkj mnb
tesuto tesut tst tset tesst testt てｓと ｔすと てsuto テスト゛ テストト 試験 検証 検証テスト 練習 ためし 試し お試しです ないです 無いです ない 無い なしで 不定 不通 不着です 雑口 諸口客 雑客 ユーザー ユーザ 会員 利用者 お施主 先方 該当 登録者 入力者 記入者 申込者 申込人 申請者 本人です ご本人確認
登録待ち 解散 解散済 解散済み 閉院 閉業 休業 休業中 廃院 閉校 廃校 転出 転出済 転出済み 離職 退社 退社済 退社済み 異動 異動済 異動済み 退所 退去 退去済 退去済み 除名 除外 契約終了 契約満了 契約解除 契約切れ 契約終了済 解約予定 解約手続中 退会手続中 退会手続き中 退会申請中 誤り 誤記 誤入力 入力間違い 登録間違い 打ち間違い 修正前 変更前 書類不備 不備 不備あり 記載不備 記入漏れ 入力漏れ 記載漏れ 登録漏れ 記載省略 秘匿 ヒミツ 秘密です 内緒です ないしょ 言えません 書けません 書きたくない 書きたくありません 言いたくありません 答えたくありません 個人情報のため 個人情報につき 個人情報のため非公開 プライバシー
入力してください 入力して下さい 記入してください ここに入力 ここに記入 氏名を入力 名前を入力 会社名を入力 お名前を入力してください 会社名を入力してください 未入力です 登録番号なし 旧番号 旧住所 旧社名 旧名 既に閉店 すでに閉店 亡くなりました 亡くなられました 亡くなった お亡くなり 逝去されました 論理削除 物理削除 削除フラグ 削除フラグあり 削除マーク 無効フラグ 無効データ 無効レコード 使用しないでください 使用しないで下さい 使わないで下さい 消して下さい 空です 空白です 空欄です から ブランクです 省略します 何某 誰それ だれでもいい 誰でもいい どなたか 不特定者 身元不明 行方不明 所在不明 消息不明 正体不明 音信不通 連絡取れず 連絡つかず 連絡不通 住所変更 転居済 転居済み 移転済 移転済み 郵便戻り 郵便物戻り 宛名不完全 転送不要
二重登録 ダブり だぶり 重複あり 重複分 重複登録 重複です ダブり登録 重複のため 名寄せ済 名寄せ済み 統合済 統合済み 統合先参照 旧登録 旧レコード 使用済 使用終了 利用終了 取扱終了 取引なし 取引無し 取引終了 使用しません 使いません 使用しないこと 使用不可です 登録禁止 入力禁止 変更禁止 削除不可 編集禁止 触らないで 消さないで 消さないでください 消してください 削除お願いします 削除願います 削除対象 削除候補 削除待ち
あいうえおかきくけこ かきく さしす ｔえｓｔ ｔｅｓｔ ええと えーと うーん んー うんこ おおお aiu aiueoaiueo kakikukeko nanashi nanashisan gonbei meigaranashi mitei fumei toroku tokumei himitsu nashi
blah blahblah blahblahblah bla blabla blablabla hahaha haha lalala ababab abab ababababab helloworld hello hi lol whatever idk idontknow dontknow don'tknow idon'tknow noidea nope n0ne nameless name1 namehere nonamegiven insertname insertnamehere changeme fixme pending inprogress onhold tofollow fillme tobefilled spam fake fakename faker bogus phony phoney garbage rubbish trash closedaccount accountclosed outofbusiness deceased nolongerhere nolongeremployed leftcompany leftthecompany formeremployee lefttheorganization thisisatest justatest justtesting onlyatest testonly testpurposesonly fortestingonly testdonotuse donotusetest sandbox staging lipsum lorem dolorsit doloremipsum
a.n.other anothername anoncustomer anonymoususer anonymousdonor anonymouscustomer richardroe janeroe janeqpublic joesixpack jsmithtest olanordmann karinordmann janmodaal jansenjansen hansmuster petramuster petermuster musterag menganodetal zutano perengano menganito fulana fulanita fulanito fulanodetalía vasyapupkin васяпупкин иваниванович张三 张三 李四 王五 張三 某先生 某女士 某小姐 先生 女士 小姐 阿猫阿狗 路人乙 nguyễnvăna nguyenvana trầnthịb lêvănc 아무개 김아무개 김모씨 홍길동님 무명씨 성명 이름 회사명 테스터 관리자 비회원 손님 사용자 회원 해지 해지됨 폐업 휴업 중복 중복데이터 사용안함 사용금지 삭제예정 삭제요망 미확인 미지정 미기재 미선택 미응답 무응답 불명 불상 공란 빈칸 상동 위와같음 추후입력 추후확인 나중에 ㅇㅇ ㅇㅇㅇ ㅁㅁㅁ ㅋㅋㅋ ㅎㅎ ㅎㅎㅎ ㅁㄴㅇㄹ ㅂㅈㄷㄱ 가나다 가나다라 아아아 ㄱㄴㄷ
不清楚 不知 不知道 佚名 空白 空 空的 待填 待填写 待确认 待確認 待补 待補 待完善 待更新 待通知 待查 待核实 稍后填写 稍后补充 同前 同上行 如上 见上 略 暂缺 缺失 缺 已注销 已停用 已离职 已離職 已倒闭 已作废 作废 作廢 废弃 停用 注销 重复 重複 重复数据 请勿使用 請勿使用 请勿删除 勿动 哈哈 哈哈哈 呵呵 啊啊啊 某公司 某单位 个人 個人 散客 零售客户 零散客户 现金客户 默认 默认客户 默认用户 示例 样本 樣本 样例 例子 虚拟 假名 化名 游客 访客 訪客 非会员 管理员 管理員 系统管理员
essai exemple ejemplo exemplo esempio beispiel voorbeeld exempel eksempel esimerkki przykład přiklad příklad пример приклад contoh percobaan örnek παράδειγμα δοκιμή عينة تجربة مثال تجريبي مستخدم זמני בדיקה דוגמה ללאשם איןשם לארלוונטי 예시 예제 예 ตัวอย่าง ทดลอง अज्ञात लागूनहीं कोईनहीं उपलब्धनहीं परीक्षण टेस्ट पतानहीं नाममात्र نامشخص ندارد نامعلوم آزمایشی تست thử thửnghiệm kiểmthử ẩndanh khuyếtdanh vídụ
provisional temporaire provisoire vorläufig provvisorio temporário pendiente pendente in.bearbeitung inbearbeitung nochoffen folgt folgtnoch siehenotiz sieheoben sieheunten wieoben gelöscht gesperrt doppelt dublette duplikat inaktiv verstorben verzogen unbekanntverzogen annahmeverweigert geschlossen aufgelöst insolvent archiviert
borrado eliminado eliminar borrar duplicado dadodebaja inactivo fallecido cerrado cancelado nousar noborrar nocontactar nollamar mismoquearriba ídem lomismo anónima nosé nosabe nocontesta ns/nc ns nc otro otros varios particular clientevarios clientesvarios clientecontado clientemostrador ventamostrador públicogeneral clientefinal consumidor supprimé supprimée doublon doublons inactif décédé décédée fermé fermée nepasutiliser nepascontacter nepassupprimer voirci-dessus idemqueci-dessus divers clientdivers clientsdivers clientcomptant clientpassage clientdepassage particulier jenesaispas jesaispas nsp sansréponse autre autres nul vierge
eliminato cancellato doppione duplicato deceduto cessato cessata chiuso nonsapprei nonloso boh clientivari clienteoccasionale privato altro nonusare excluído excluir apagado duplicado falecido encerrado inativo nãousar nãocontatar nãosei diversos clientediverso clientebalcão consumidor consumidorfinal particular outro outros verwijderd dubbel dubbele overleden opgeheven nietgebruiken weetniet weetikniet diversen particulier anonieme raderad dubblett avliden okändanamn slettet dublett ukjentnavn nieaktywny usunięty usunięte duplikat zmarł nieużywać różne anonimowy nieważne удален удалён удалено удалить дубль дубликат неактивен закрыто закрыт умер неиспользовать незвонить анонимно анонимный частноелицо физлицо физическоелицо розничныйпокупатель розница прочие прочее другое пробный проба йцукен фыва фывапролд ячсм ываыва абв абвг ааа ввв незнаю незнаем нз без имя фамилия silindi silinmiş kapalı iptal mükerrer diğer isimyok bilinmeyen adsız dihapus duplikat tanpanama anonim pelangganumum umum đãxóa trùnglặp kháchlẻ kháchvãnglai khác ลบแล้ว ลูกค้าทั่วไป ลูกค้าเงินสด ไม่ใช้ ไม่ใช้แล้ว تمالحذف محذوف مكرر عميلنقدي زبوننقدي
"""
"""Words of one piece beside the older list."""

_KANA_TABLE = "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわをん"
_RISKY = frozenset("예 ns nc da без нз から 空 hi boh 缺 略".split())
"""Also names or everyday words of another language."""


def placeholder_phrases() -> frozenset[str]:
    """Every phrase that the rows make, and the words alone."""
    return frozenset({*WORDS_ALONE.split(), *_phrases(), *_sound_rows()} - _RISKY)


def _sound_rows() -> frozenset[str]:
    """The table of kana, said from its beginning on: あいうえお, あいうえおかきく."""
    return frozenset(_KANA_TABLE[:end] for end in range(4, len(_KANA_TABLE) + 1))


def _phrases() -> set[str]:
    rows = [row for row in _ROWS.splitlines() if row and not row.startswith("#")]
    parts = [[["" if word == "_" else word for word in part.split()] for part in row.split("|")] for row in rows]
    return {"".join(words) for row in parts for words in product(*row)}
