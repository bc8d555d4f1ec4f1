# ruff: noqa: E501, SIM905 - a table: its lines follow the meaning, not the width
"""Whole values that stand for "no value" in Japanese and English forms, set by hand."""

PLACEHOLDER_WORDS = """
不明 不詳 なし 無し 無 ナシ 該当なし 該当無し 該当ナシ 特になし 特に無し 未登録 未記入 未入力 未設定 未定 未確認 未回答 無回答 回答なし 記入なし 記載なし
未記載 空欄 空白 入力なし 名称不明 氏名不明 住所不明 連絡先不明 宛先不明 詳細不明 匿名 匿名希望 名無し 名なし 名前なし 名前 ななし ナナシ 名無しさん
名無しの権兵衛 ナナシノゴンベエ ダレカ 誰か だれか 同上 同じ 上記と同じ 上記同様 上に同じ 同左 〃 〃〃 々 仝 々々 〻 テスト てすと テストテスト テスト用
テストデータ テストユーザー テストユーザ テスト太郎 テスト花子 試験用 ダミー だみー ダミーデータ ダミーデーター サンプル さんぷる サンプルデータ 見本 例 記入例
仮 仮登録 仮名 仮データ 仮入力 名称未定 検討中 確認中 調査中 準備中 後日 後で あとで 保留 要確認
担当者 ご担当者 御担当者 担当 ご担当 御担当 担当者名 責任者 ご責任者 代表者 各位 関係者各位 関係各位 お客様各位 社員各位 お客様 お客さま 御客様 顧客 客 取引先
退会 退会済 退会済み 退会者 退会ユーザー 削除 削除済 削除済み 削除予定 廃止 解約 解約済 解約済み 停止 停止中 使用禁止 使用不可 使用中止 欠番 重複 無効 死亡 退職 退職済 退職者
様 殿 御中 あ ア a 閉店 倒産 故人 不在 未詳 無記名 わからない 分からない 知らない しらない 教えない 言いたくない 答えたくない 回答しない ふがふが フガフガ ぴよぴよ てすてす てすてすと 検証用 確認用 動作確認 動作確認用 おためし お試し 試験登録 宛先 受取人不明 ほげ ホゲ ほげほげ ホゲホゲ ふが フガ ぴよ ピヨ あいうえお アイウエオ あいう アイウ いろは イロハ かきくけこ 氏名 姓名 なまえ おなまえ お名前 会社名 御社名 貴社名
社名 会社 法人名 団体名 姓 名 住所 電話番号 メールアドレス フリガナ ふりがな カナ かな 個人 自宅 一般 法人 その他 非公開 非公表 秘密 内緒 ひみつ 拒否 省略 なんでもない 権限なし
test tests testing tester testuser testdata testname testtest dummy dummydata sample example none null nil na nan nul n/a n.a n.a. n\\a #n/a undefined unknown unknownunknown
unnamed anonymous anon noname nodata novalue notavailable notapplicable notprovided notset notspecified nothing empty blank missing tbd tba tbc todo default temp tmp foo bar baz foobar hoge
hogehoge fuga piyo asdf asdfg asdfgh asdfghj asdfghjk asdfghjkl qwer qwert qwerty qwertyu qwertyuiop zxcv zxcvb zxcvbn zxcvbnm abcd abcde abcdef xyz aaa bbb ccc user username
firstname lastname firstlast name yourname fullname company companyname customer guest admin administrator webmaster nobody noone someone somebody deleted delete removed invalid void
retired johndoe janedoe ditto same sameasabove - x o ok yes no
"""

TEST_COMPANY_WORDS = frozenset(
    "test テスト てすと ダミー だみー サンプル dummy sample hoge ほげ ホゲ ○○ xxx 不明 なし 未定 該当なし 未登録 匿名 名無し unknown none".split()
)
"""Cores that make a company name a placeholder, legal form or not."""
