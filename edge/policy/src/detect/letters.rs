//! Tables of letters: what each folds to. Knows nothing of words.

use std::{collections::BTreeMap, sync::LazyLock};

/// What a letter becomes.
#[derive(Clone, Copy)]
pub(crate) enum Fold {
    Same,
    To(&'static str),
    Letter(char),
}

impl Fold {
    pub(crate) fn as_text(self, buffer: &mut [u8; 4], c: char) -> &str {
        match self {
            Self::Same => c.encode_utf8(buffer),
            Self::To(text) => text,
            Self::Letter(letter) => letter.encode_utf8(buffer),
        }
    }

    pub(crate) fn to_owned_text(self, c: char) -> String {
        self.as_text(&mut [0; 4], c).to_owned()
    }
}

/// Characters that join or shape letters and carry no meaning here.
pub(crate) fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}' | '\u{640}' | '\u{fe00}'..='\u{fe0f}')
}

/// Letters of scripts written without spaces (or, in Korean, with many endings).
pub(crate) fn is_wide(c: char) -> bool {
    matches!(c,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3005}'..='\u{3007}'
        | '\u{3041}'..='\u{30fa}' | '\u{30fc}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ff9f}')
}

/// Folds one lower-case letter.
pub(crate) fn fold_letter(c: char) -> Fold {
    match c {
        'a'..='z' | '0'..='9' => Fold::Same,
        '\u{c0}'..='\u{24f}' | '\u{259}' | '\u{1e00}'..='\u{1eff}' => latin(c),
        '\u{300}'..='\u{36f}' => Fold::To(""),
        '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => greek(c),
        '\u{400}'..='\u{52f}' => cyrillic(c),
        '\u{591}'..='\u{5c7}' | '\u{64b}'..='\u{65f}' | '\u{670}' => Fold::To(""),
        '\u{620}'..='\u{6ff}' => arabic(c),
        '\u{900}'..='\u{9ff}' => indic(c),
        '\u{ff01}'..='\u{ff5e}' => shift(c, 0xfee0),
        '\u{3400}'..='\u{9fff}' => han(c),
        _ => Fold::Same,
    }
}

fn shift(c: char, by: u32) -> Fold {
    let plain = u32::from(c).checked_sub(by).and_then(char::from_u32).unwrap_or(c);
    Fold::Letter(plain.to_ascii_lowercase())
}

const LATIN: [(&str, &str); 29] = [
    ("a", "àáâãäåāăąǎạảấầẩẫậắằẳẵặǟ"),
    ("ae", "æǽ"),
    ("b", "ḃ"),
    ("c", "çćĉċčḉ"),
    ("d", "ďđðḋḍ"),
    ("e", "èéêëēĕėęěẹẻẽếềểễệəẽǝ"),
    ("f", "ḟƒ"),
    ("g", "ĝğġģǧ"),
    ("h", "ĥħḣḥ"),
    ("i", "ìíîïĩīĭįıỉịǐ"),
    ("j", "ĵǰ"),
    ("k", "ķǩ"),
    ("l", "ĺļľŀł"),
    ("m", "ṁ"),
    ("n", "ñńņňŋ"),
    ("o", "òóôõöøōŏőơọỏốồổỗộớờởỡợǒȭȱ"),
    ("oe", "œ"),
    ("p", "ṗ"),
    ("r", "ŕŗř"),
    ("s", "śŝşšșṡṣſ"),
    ("ss", "ß"),
    ("t", "ţťŧțṫ"),
    ("th", "þ"),
    ("u", "ùúûüũūŭůűųưụủứừửữựǔ"),
    ("v", "ṽ"),
    ("w", "ŵẁẃẅ"),
    ("x", "ẋ"),
    ("y", "ýÿŷỳỵỷỹ"),
    ("z", "źżžẓ"),
];

/// Latin letters by their number, so that a look-up is one step; the first is [`LATIN_FROM`].
static LATIN_FOLDS: LazyLock<Vec<Fold>> = LazyLock::new(|| {
    let mut folds = vec![Fold::Same; LATIN_TO - LATIN_FROM];
    for (plain, letters) in LATIN {
        for c in letters.chars() {
            if let Some(fold) = (c as usize).checked_sub(LATIN_FROM).and_then(|index| folds.get_mut(index)) {
                *fold = Fold::To(plain);
            }
        }
    }
    folds
});

const LATIN_FROM: usize = 0xc0;
const LATIN_TO: usize = 0x1f00;

fn latin(c: char) -> Fold {
    let index = (c as usize).checked_sub(LATIN_FROM);
    index.and_then(|index| LATIN_FOLDS.get(index)).copied().unwrap_or(Fold::Same)
}

/// Traditional letters to simplified ones.
static HAN_FOLDS: LazyLock<BTreeMap<char, char>> = LazyLock::new(|| {
    let mut map = BTreeMap::new();
    let mut pairs = HAN.chars().filter(|c| *c != ' ');
    while let (Some(traditional), Some(simplified)) = (pairs.next(), pairs.next()) {
        map.insert(traditional, simplified);
    }
    map
});

fn han(c: char) -> Fold {
    HAN_FOLDS.get(&c).map_or(Fold::Same, |simplified| Fold::Letter(*simplified))
}

fn greek(c: char) -> Fold {
    match c {
        'ά' | 'ἀ'..='ἇ' | 'ὰ' | 'ᾶ' => Fold::Letter('α'),
        'έ' | 'ὲ' => Fold::Letter('ε'),
        'ή' | 'ὴ' | 'ῆ' => Fold::Letter('η'),
        'ί' | 'ϊ' | 'ΐ' | 'ὶ' | 'ῖ' => Fold::Letter('ι'),
        'ό' | 'ὸ' => Fold::Letter('ο'),
        'ύ' | 'ϋ' | 'ΰ' | 'ὺ' | 'ῦ' => Fold::Letter('υ'),
        'ώ' | 'ὼ' | 'ῶ' => Fold::Letter('ω'),
        'ς' => Fold::Letter('σ'),
        _ => Fold::Same,
    }
}

/// One Latin spelling for Cyrillic, that of Serbian without its accents, so that both its scripts are one.
fn cyrillic(c: char) -> Fold {
    Fold::To(match c {
        'а' | 'ә' => "a",
        'б' => "b",
        'в' => "v",
        'г' | 'ґ' | 'ғ' | 'ѓ' => "g",
        'д' | 'ђ' => "d",
        'е' | 'ё' | 'э' | 'ѐ' => "e",
        'є' => "je",
        'ж' | 'з' => "z",
        'ѕ' | 'џ' => "dz",
        'и' | 'і' | 'ѝ' => "i",
        'ї' => "ji",
        'й' | 'ј' => "j",
        'к' | 'қ' | 'ќ' => "k",
        'л' => "l",
        'љ' => "lj",
        'м' => "m",
        'н' | 'ң' => "n",
        'њ' => "nj",
        'о' | 'ө' => "o",
        'п' => "p",
        'р' => "r",
        'с' | 'ш' => "s",
        'т' => "t",
        'у' | 'ұ' | 'ү' | 'ў' => "u",
        'ф' => "f",
        'х' | 'һ' => "h",
        'ц' | 'ч' | 'ћ' => "c",
        'щ' => "sc",
        'ы' => "y",
        'ю' => "ju",
        'я' => "ja",
        'ь' | 'ъ' => "",
        _ => return Fold::Same,
    })
}

fn arabic(c: char) -> Fold {
    match c {
        'أ' | 'إ' | 'آ' | 'ٱ' => Fold::Letter('ا'),
        'ى' | 'ئ' | 'ی' | 'ے' | 'ۓ' => Fold::Letter('ي'),
        'ؤ' => Fold::Letter('و'),
        'ة' | 'ہ' | 'ھ' | 'ۀ' | 'ۃ' | 'ە' => Fold::Letter('ه'),
        'ک' => Fold::Letter('ك'),
        'ء' => Fold::To(""),
        _ => Fold::Same,
    }
}

fn indic(c: char) -> Fold {
    match c {
        '\u{93c}' | '\u{9bc}' => Fold::To(""),
        'ँ' => Fold::Letter('ं'),
        '\u{958}' => Fold::Letter('क'),
        '\u{959}' => Fold::Letter('ख'),
        '\u{95a}' => Fold::Letter('ग'),
        '\u{95b}' => Fold::Letter('ज'),
        '\u{95c}' => Fold::Letter('ड'),
        '\u{95d}' => Fold::Letter('ढ'),
        '\u{95e}' => Fold::Letter('फ'),
        '\u{9dc}' => Fold::Letter('ড'),
        '\u{9dd}' => Fold::Letter('ঢ'),
        '\u{9df}' => Fold::Letter('য'),
        _ => Fold::Same,
    }
}

/// Traditional letters that our phrases need, each before its simplified form.
const HAN: &str = "轉转員员請请讓让幫帮給给話话聯联繫系係系電电機机器器說说談谈講讲對对聽听務务經经個个這这裡里裏里嗎吗麼么\
    還还為为會会無无後后來来時时間间題题問问與与從从發发現现買买賣卖貨货單单訂订運运費费錢钱銀银帳账賬账號号碼码\
    盜盗騙骗詐诈欺欺傷伤燒烧觸触過过敏敏醫医師师訴诉訟讼舉举報报投投垃垃圾圾爛烂滾滚氣气憤愤媽妈親亲喪丧過过\
    離离開开關关辦办處处理理團团隊队儘尽將将專专門门線线絡络換换貼贴點点語语詢询該该謝谢誰谁輩辈應应實实際际\
    許许總总結结復复覆复長长東东車车馬马飛飞髮发護护漿浆劑剂試试嬰婴兒儿電电壓压漏漏裝装壞坏燃燃煙烟毀毁繼继續续\
    寫写願愿沒没絕绝則则義义權权師师並并啟启動动歡欢迎迎書书內内鐘钟營营業业筆笔額额滿满國国學学產产價价優优惠惠\
    條条標标準准確确認认識识別别達达邊边遠远進进遞递郵邮寄寄軟软體体壽寿險险責责擔担賠赔償偿據据徹彻級级組组統统";
