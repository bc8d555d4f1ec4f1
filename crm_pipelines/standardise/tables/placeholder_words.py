# ruff: noqa: E501, SIM905 - a table: its lines follow the meaning, not the width
"""Whole values that stand for "no value" in Japanese, English and other languages, set by hand; no spaces inside."""

PLACEHOLDER_WORDS = (
    """
不明 不詳 なし 無し 無 ナシ 該当なし 該当無し 該当ナシ 特になし 特に無し 未登録 未記入 未入力 未設定 未定 未確認 未回答 無回答 回答なし 記入なし 記載なし
未記載 空欄 空白 入力なし 名称不明 氏名不明 住所不明 連絡先不明 宛先不明 詳細不明 匿名 匿名希望 名無し 名なし 名前なし 名前 ななし ナナシ 名無しさん
名無しの権兵衛 ナナシノゴンベエ ダレカ 誰か だれか 同上 同じ 上記と同じ 上記同様 上に同じ 同左 〃 〃〃 々 仝 々々 〻 テスト てすと テストテスト テスト用
テストデータ テストユーザー テストユーザ テスト太郎 テスト花子 試験用 ダミー だみー ダミーデータ ダミーデーター サンプル さんぷる サンプルデータ 見本 例 記入例
仮 仮登録 仮名 仮データ 仮入力 仮称 名称未定 検討中 確認中 調査中 準備中 後日 後で あとで 保留 要確認 後日連絡 追って連絡
担当者 ご担当者 御担当者 担当 ご担当 御担当 担当者名 責任者 ご責任者 代表者 各位 関係者各位 関係各位 お客様各位 社員各位 担当者各位 ご担当者各位 お客様 お客さま 御客様 お得意様 御得意様 お客様名 顧客名 顧客 客 取引先
社長様 済み 代表 代理 家族 ご家族 奥様 奥さま ご主人 同居人 父 母 故 ブラックリスト 間違い 宛先人不明 尋ねあたらず あて所に尋ねあたりません 宛所に尋ねあたりません 使わないでください デモ デモデータ 使用しない 死去 ご本人 本人 同一人物 同前 保護者 世帯主 個人客 一般客 現金客 ゲスト ゲストユーザー フリー客 新規 新規顧客 新規客 架空 架空名義 変名 偽名
退会 退会済 退会済み 退会者 退会ユーザー 削除 削除済 削除済み 削除予定 廃止 解約 解約済 解約済み 停止 停止中 使用禁止 使用不可 使用中止 使わない 欠番 重複 無効 死亡 退職 退職済 退職者
様 殿 御中 あ ア ん ン a 閉店 閉鎖 倒産 廃業 廃番 故人 不在 未詳 無記名 無記入 無名 無名氏 無題 無職 無所属 未確定 未公開 未取得 未使用 未所属 未決 未決定 わからない 分からない 知らない しらない 教えない 言いたくない 答えたくない 回答しない ふがふが フガフガ ぴよぴよ てすてす てすてすと 検証用 確認用 動作確認 動作確認用 おためし お試し 試験登録 宛先 受取人不明
新規登録 後任未定 登録ミス 入力ミス 間違い登録 適当 てきとう テキトー 皆様 みなさま 皆さん 一同様 ご一同様 取引先各位 お取引先各位 会員各位 役員各位 従業員各位 職員各位 株主各位 住民各位 保護者各位 父母各位 組合員各位 参加者各位 利用者各位 入居者各位 生徒各位 町内各位 近隣各位 名無し太郎 なっしんぐ ナッシング ヌル ヌルポ
未入手 未選択 未指定 選択してください 選択して下さい 選択なし 該当データなし 回答拒否 回答不可 非該当 適用外 不特定 不特定多数 空っぽ 無効値 読み取り不可 判読不能 判読不可 解読不能 聞き取れず 入力不可 入力中 入力待ち 入力予定 確認待ち 後で入力 後日入力 追記予定 作成中 編集中 処理中 仮の名前 仮社名 仮得意先
旧データ 古いデータ 移行データ テスト中 試験中 動作テスト 接続テスト 疎通テスト 送信テスト 表示テスト 結合テスト 単体テスト テストケース テスト得意先 検証中 開発用 社内用 社内テスト ダミー得意先 ダミーコード 管理者 システム管理者 非会員 通りすがり 紹介者 同居者 同住所 同じ住所 住所同上 上記 上記に同じ
前回と同じ 前回同様 前と同じ 左記 左記の通り 左記同様 右記 右記の通り 前述 前述の通り 上述 前記 前掲 後述 下記 下記の通り 上記の通り 予備 某 某様 空席 欠員 分からず わからず 忘れた 忘れました 言えない いえない ブロック済 ブロック済み 迷惑 迷惑行為 いたずら いたずら登録 いやがらせ 嫌がらせ スパム スパム登録 spam robot システム 自動登録 自動生成 同右 上記の者 契約者本人 お子様 係の方 担当の方 ご担当の方 社員一同 職員一同 従業員一同 スタッフ一同 役員一同 家族一同 親族一同 有志一同 会員一同 友人一同 ほげぴよ 選択 練習 練習用 selectone choose notinuse merged mergedrecord archived closed cancelled canceled expired badaddress wrongaddress invalidaddress vacant n-a prefernottosay prefernottoanswer rathernotsay unknowncaller testco 移行用 仮番 仮番号 臨時 一見様 だれでも 誰でも 皆々様 みなみなさま 御一同様 ご担当者名 担当営業 いろはにほへと 名無権兵衛 名無の権兵衛 名無し権兵衛 左に同じ 右に同じ 下記参照 別紙 別紙参照 別紙の通り 備考参照 備考欄参照 メモ参照 別途 別途連絡 別途記載 名刺参照 以下同文 以下余白 以下省略 その他大勢 複数名 不着 返送 受取拒否 受取拒絶 保管期間経過 長期不在 留守 応答なし 番号違い 現在使われておりません
欠落 欠損 欠損値 消去 消去済 消去済み 取り消し 解除済 解除済み 期限切れ 破産 清算中 吸収合併 他界 物故 物故者 要注意 要注意人物 出禁 電話不可 営業不可 架電禁止 訪問禁止 自社 自社用 弊社 当社 一見客 一見さん 来店客 店頭客 店頭 店売り 窓口客 現金 現金売り 現金売上 諸口様 諸口得意先 その他得意先 その他取引先
上様 うえさま 某社 某氏 なにがし
ほげ ホゲ ほげほげ ホゲホゲ ふが フガ ぴよ ピヨ あいうえお アイウエオ あいうえ アイウエ あいう アイウ いろは イロハ かきくけこ カキクケコ さしすせそ サシスセソ たちつてと タチツテト なにぬねの ナニヌネノ 氏名 姓名 なまえ おなまえ お名前 会社名 御社名 貴社名
社名 会社 法人名 団体名 姓 名 住所 電話番号 メールアドレス フリガナ ふりがな カナ かな 個人 自宅 一般 法人 その他 そのた 非公開 非公表 非表示 秘密 内緒 ひみつ 拒否 省略 なんでもない なにもない 何もない 権限なし ブランク
ふめい フメイ ふしょう みてい とくめい トクメイ とくになし トクニナシ がいとうなし ガイトウナシ みとうろく ミトウロク みにゅうりょく ありません ございません わかりません 分かりません 知りません しりません 教えません 答えません 該当せず 該当しない 対象外 はい いいえ 自営業 自営 主婦 専業主婦 会社員 学生 個人事業主 フリーランス
これはテスト これはテストです 名前はまだない 名前はありません 姓不明 名不明 苗字不明 姓なし 姓名不詳 差出人不明 伏字 伏せ字 伏字希望 匿名ユーザー 文字化け エラー （空） 改行
test tests testing tester testuser testdata testname testtest dummy dummydata sample example none null nil na nan nul n/a n.a n.a. n\\a #n/a undefined unknown unknownunknown
unnamed anonymous anon noname nodata novalue notavailable notapplicable notprovided notset notspecified nothing empty blank missing tbd t.b.d tba t.b.a tbc tobedetermined tobeconfirmed tobeannounced tobeadvised tobeprovided tobedefined todo default temp tmp foo bar baz foobar hoge
hogehoge fuga piyo asdf asdfg asdfgh asdfghj asdfghjk asdfghjkl qwer qwert qwerty qwertyu qwertyuiop zxcv zxcvb zxcvbn zxcvbnm qwe asd zxc qaz qazwsx qazwsxedc 1q2w3e 1q2w3e4r abcdefg abcdefgh abcdefghi aiueo demo demodata 1qaz 1qaz2wsx abc abcd abcde abcdef xyz aaa bbb ccc user username
firstname lastname firstlast firstnamelastname entername enteryourname mickeymouse name yourname yourcompany fullname company companyname customer customername guest admin administrator webmaster nobody noone someone somebody deleted delete removed invalid void
retired johndoe janedoe joebloggs joepublic johnqpublic ditto untitled deleteme pleasedelete same sameasabove asabove seeabove idem - x ok yes no private personal selfemployed self-employed unemployed freelance freelancer newcustomer newuser guestuser newclient walkin walk-in walkincustomer walk-incustomer cashcustomer cashsale cashsales
unassigned unregistered unidentified uncategorized unavailable donotuse donotcontact donotcall donotdelete duplicate obsolete inactive [objectobject] objectobject &nbsp; <br> <br/> \\n \\t ref!
error placeholder system sysadmin password unspecified undisclosed withheld redacted confidential notknown misc miscellaneous various other others generic defaultcustomer houseaccount internaluse privateperson duplicaterecord oldrecord seenotes seecomments wasd 0.0 0.00
#ref! #value! #name? #div/0! #null! #num! #spill! #n/d #nv #bezug! #wert! #valeur! loremipsum loremipsumdolor
"""
    + """
k.a k.a. keineangabe keineangaben keine nichtangegeben nichtbekannt nichtvorhanden nichtverfügbar unbekannt ohnename ohne keinname keinfirmenname anonym entfällt leer musterfirma musterfrau ottonormalverbraucher erikamuster maxmustermann erikamustermann mustermann
inconnu inconnue aucun aucune sansnom sansobjet nonrenseigné nonrenseignée nonapplicable nondisponible noncommuniqué néant vide anonyme n.c n.c. n/c
prueba pruebas consumidorfinal públicoengeneral clientegenérico sinnombre sindatos sindato sininformación sinespecificar sinasignar noaplica noaplicable nodisponible noinformado desconocido desconocida desconocidos ninguno ninguna anónimo vacío s/n s/d s/i fulano fulanodetal
consumatorefinale clientegenerico sconosciuto sconosciuta nessuno nessuna nondisponibile nonapplicabile nonspecificato senzanome n.d n.d. n/d anonimo vuoto
teste desconhecido desconhecida nenhum nenhuma semnome seminformação nãoinformado nãoinformada nãoaplicável nãoseaplica nãodisponível nãoconsta vazio anônimo
onbekend geen geennaam nietbekend nietvantoepassing nvt n.v.t n.v.t. anoniem okänd okänt saknas ingen ingennamn ukendt ukjent ikkeoppgitt ikkeangivet ejangivet tuntematon eitiedossa
brak brakdanych nieznany nieznana niepodano niedotyczy puste nepoznato neznámý neznámá neuvedeno nincs ismeretlen necunoscut nespecificat άγνωστο άγνωστος bilinmiyor belirsiz deneme yok isimsiz belirtilmemiş
безимени безназвания неизвестно неизвестен неизвестный нет нетданных неуказано неуказан отсутствует аноним тест тесттест тесттестов тестовый пусто невідомо немає غيرمعروف لايوجد مجهول غيرمتوفر اختبار לאידוע איןנתונים
tidakada tidakdiketahui belumdiisi kosong tiada khôngcó khôngbiết khôngrõ chưacó chưarõ ไม่มี ไม่ทราบ ไม่ระบุ ทดสอบ
무 없음 없슴 미입력 미등록 미정 미상 무명 해당없음 알수없음 모름 테스트 익명 홍길동 비공개 담당자 담당자님 고객 고객님 탈퇴 탈퇴회원 삭제 삭제됨
无 無資料 无资料 无名 无名氏 未知 不详 暂无 暫無 没有 沒有 测试 測試 测试用户 測試用戶 待定 待补充 未填 未填写 未填寫 拒绝 测试公司 测试账号 某某公司 未提供 未输入 保密 佚名 空值 不适用 不適用 同上同上 某某 某某某 路人甲 用户 匿名用户 匿名用戶 会员 删除 已删除 已刪除
"""
)

TEST_COMPANY_WORDS = frozenset(
    "test テスト てすと ダミー だみー サンプル さんぷる dummy sample hoge ほげ ホゲ 架空 デモ demo ○○ xx xxx 不明 なし 無し 未定 該当なし 未登録 未入力 匿名 名無し 仮 unknown none null asdf 未設定 未確認 未記入 不詳 該当無し 非公開 見本 某 ○○○○ ほげほげ てすとてすと テストテスト testtest あいうえお foobar hogehoge".split()
)
"""Cores that make a company name a placeholder, legal form or not."""

STRONG_WORDS = frozenset(
    "test tests testing tester example prueba teste essai dummy sample demo null none nil nan undefined unknown anonymous asdf asd qwer qwe qwerty zxcv zxc hoge hogehoge hogehogehoge fuga piyo n/a na xxx xx "
    "unnamed noname deleted テスト てすと ダミー サンプル 不明 なし 未定 未登録 匿名 削除 ほげ ホゲ тест 테스트 测试 測試".split()
)
"""Words of which a value may consist together with `WEAK_WORDS`, at least one of them strong: Unknown User, Test Inc."""

WEAK_WORDS = frozenset(
    "user username name cliente usuario utente kunde firma empresa entreprise société company customer client account data person people contact lead mr mrs ms miss dr ltd inc co corp corporation limited llc gmbh pty first last family given middle email mail only record entry "
    "ユーザー ユーザ 会社 顧客 さん 様 用 データ 太郎 花子 氏 会員".split()
)

KEY_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
"""Letters beside one another on a keyboard; four in a row are no name, but for `NAMES_OF_KEYS`."""

NAMES_OF_KEYS = frozenset({"wert", "trew"})
