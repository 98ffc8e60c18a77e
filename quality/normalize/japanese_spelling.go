package normalize

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// japaneseSpelling are the rules of spelling that no list of words can hold: the
// long mark, the mark of repetition, old forms of characters, and the kana that
// compound verbs may leave out.
func japaneseSpelling(w *weighing) {
	longMarks(w)
	okurigana(w)
	for i, t := range w.tokens {
		if t.Text == "々" && i > 0 && w.gap(i) == "" {
			w.add(i, i+1, w.tokens[i-1].Text)
		}
		if today, old := oldForms()[t.Text]; old {
			w.add(i, i+1, today)
		}
	}
}

// longMarks reads the long mark ー. At the end of a loan word of three signs or
// more it may be left out: コンピューター is コンピュータ too. After hiragana, where it
// is none of the spelling, always: すごーい. Elsewhere it is the vowel that it makes
// longer: メーン is メイン, かーさん is かあさん.
func longMarks(w *weighing) {
	run := 0 // of katakana, without a gap
	for i, t := range w.tokens {
		if i > 0 && w.gap(i) != "" {
			run = 0
		}
		sign, _ := utf8.DecodeRuneInString(w.written(i))
		katakana := unicode.Is(unicode.Katakana, sign)
		if t.Text != "ー" {
			if run++; !katakana {
				run = 0
			}
			continue
		}
		before, _ := utf8.DecodeRuneInString(w.written(i - 1))
		if i == 0 || w.gap(i) != "" {
			continue
		}
		next, _ := utf8.DecodeRuneInString(w.written(i + 1))
		last := i+1 == len(w.tokens) || w.gap(i+1) != "" || !unicode.Is(unicode.Katakana, next) && w.text(i+1) != "ー"
		if unicode.Is(unicode.Hiragana, before) || last && run >= 3 {
			w.add(i, i+1)
		}
		for _, vowel := range vowelOf(w.text(i - 1)) {
			w.add(i, i+1, string(vowel))
		}
		run++
	}
}

// vowelOf returns how the sound of a kana, given as hiragana, is made longer
// without a long mark.
func vowelOf(kana string) string {
	for rows, vowels := range map[string]string{
		"あかさたなはまやらわがざだばぱゃぁ": "あ", "いきしちにひみりぎじぢびぴぃ": "い", "うくすつぬふむゆるぐずづぶぷゅぅ": "う",
		"えけせてねへめれげぜでべぺぇ": "いえ", "おこそとのほもよろをごぞどぼぽょぉ": "うお",
	} {
		if kana != "" && strings.Contains(rows, kana) {
			return vowels
		}
	}
	return ""
}

// okurigana leaves out the kana within and behind a compound of two verbs, as
// 申し込み may be 申込み and 申込 (the rule of 1973, 通則 6 and 7). Both characters have
// to be of those that make such compounds: 高い山 is not 高山.
func okurigana(w *weighing) {
	for i := 0; i+2 < len(w.tokens); i++ {
		noun, _ := utf8.DecodeRuneInString(w.text(i))
		if end := w.text(i + 2); unicode.Is(unicode.Han, noun) && strings.Contains(secondVerbs, w.text(i+1)) && strings.Contains(verbEndings, end) && w.gap(i+1)+w.gap(i+2) == "" {
			w.add(i, i+3, w.text(i), w.text(i+1)) // 税込み is 税込
		}
		if !strings.Contains(firstVerbs, w.text(i)) || w.gap(i+1) != "" {
			continue
		}
		at := i + 1
		if within := strings.Contains(verbEndings, w.text(at)); within {
			at++
		}
		if at >= len(w.tokens) || !strings.Contains(secondVerbs, w.text(at)) || w.gap(at) != "" {
			continue
		}
		compound := []string{w.text(i), w.text(at)}
		if at == i+2 {
			w.add(i, at+1, compound...)
		}
		if end := w.text(at + 1); end != "" && strings.Contains(verbEndings, end) && w.gap(at+1) == "" {
			w.add(i, at+2, compound...)
		}
	}
}

// The first and the second characters of such compounds, and the kana that they
// end in where a noun is made of them.
const (
	firstVerbs  = "取受申打引押組切差売買立締〆乗振落払支繰見問書読貸借積割張突持盛吹飛追巻折呼待届届編植焼煮蒸詰埋据備預溶貼出入積打踏繰仕追聞言思話座"
	secondVerbs = "込合扱付上下出入切替換渡消組継直返払掛当受取引抜張立回戻止落押割揚越積括詰"
	verbEndings = "いきしちにひみりぎじびえけせてねべめれげぜ"
)

// oldForms are characters that names and old texts have for today's.
var oldForms = sync.OnceValue(func() map[string]string {
	forms := map[string]string{}
	for pair := range strings.FieldsSeq(`國国 會会 學学 體体 澤沢 邊辺 邉辺 齋斎 斉斎 齊斎 髙高 﨑崎 嵜崎 廣広 眞真 櫻桜 龍竜 濱浜 嶋島 嶌島
		榮栄 惠恵 圓円 藝芸 實実 變変 舊旧 嶽岳 氣気 來来 發発 樂楽 萬万 與与 當当 區区 號号 圖図 廳庁 驛駅 鐵鉄 縣県 燈灯 賣売 讀読
		寫写 專専 戰戦 單単 觀観 聲声 醫医 權権 數数 條条 處処 證証 總総 續続 佛仏 寶宝 豐豊 壽寿 淺浅 瀧滝 禮礼 靜静 德徳 惡悪 黑黒
		橫横 歸帰 舘館 曾曽 冨富 峯峰 富冨 彌弥 勳勲 應応 亞亜 兒児 假仮 價価 兩両 劍剣 勞労 圍囲 壓圧 對対 帶帯 廢廃 從従 擔担
		擧挙 收収 效効 晝昼 曉暁 榮栄 樣様 殘残 每毎 海海 淚涙 滿満 澁渋 澀渋 狀状 獨独 畫画 盡尽 祕秘 稻稲 穗穂 經経 綠緑 緖緒
		縱縦 繪絵 缺欠 腦脳 臺台 螢蛍 蠶蚕 覺覚 譽誉 轉転 辭辞 遙遥 遞逓 鄕郷 錢銭 關関 陷陥 險険 隱隠 雜雑 靈霊 顏顔 餘余 驗験 鷄鶏 麥麦 點点 黨党`) {
		first, size := utf8.DecodeRuneInString(pair)
		if today := pair[size:]; string(first) != today && forms[today] != string(first) {
			forms[string(first)] = today
		}
	}
	return forms
})

// japaneseEndings are what the words of a section of the list are followed by in
// their forms: verbs by the consonant of their stem, w for う and 1 for verbs of
// one stem (食べる).
var japaneseEndings = map[string][]string{
	"adjectives": {"い", "く", "か", "さ", "け", "そ", "す"},
	"verbs k":    {"か", "き", "く", "け", "こ", "い", "っ"},
	"verbs g":    {"が", "ぎ", "ぐ", "げ", "ご", "い"},
	"verbs s":    {"さ", "し", "す", "せ", "そ"},
	"verbs t":    {"た", "ち", "つ", "て", "と", "っ"},
	"verbs n":    {"な", "に", "ぬ", "ね", "の", "ん"},
	"verbs m":    {"ま", "み", "む", "め", "も", "ん"},
	"verbs b":    {"ば", "び", "ぶ", "べ", "ぼ", "ん"},
	"verbs r":    {"ら", "り", "る", "れ", "ろ", "っ"},
	"verbs w":    {"わ", "い", "う", "え", "お", "っ"},
	"verbs 1":    {"な", "ま", "る", "れ", "ろ", "よ", "た", "て", "ず", "ら", "さ"},
}
