//! Word families of the needs that shoppers repeat, in the larger languages. Stems, already folded.

use std::collections::BTreeSet;

const NEEDS: &[(&str, &str)] = &[
    (
        "refund",
        "refund money reimburs erstatt geld zuruck rembours argent dinero reembols devoluci rimbors soldi dinheir terugbetal \
        zwrot pieniad aterbetal pengar refusion penge penger vraceni penez vratit penize novac povrat rambursa bani vozvrat deng grosi povernit iade para \
        استرد فلوس החזר כסף रिफंड पैसे 返金 退 款 환 불 คืน hoan tien uang dana pera rahat hyvity penzt visszaterit επιστροφ χρημα",
    ),
    (
        "parcel",
        "parcel package order deliver ship arriv track courier paket bestell liefer sendung ankomm angekomm livr colis command arriv pedid \
        paquet enviar envio lleg entreg spedi pacc ordin consegn encomend pakket bestel bezorg paczk zamowi przesyl dostaw wysyl paket leverans \
        pakke levering ordre bestill objednav balik zasilk dorucen narudzb posilj isporuk comand colet livrar posylk zakaz dostavk zamovlenn posilk kargo siparis teslimat \
        طلب شحن توصيل הזמנ משלוח חבילה ऑर्डर डिलीवरी 注文 届 配送 快递 包裹 订单 주문 배송 พัสดุ สั่งซื้อ don hang giao pesanan paket kirim tilau toimit rendel csomag παραγγελ δεμα",
    ),
    (
        "cancel",
        "cancel stornier storno annul anul cancela annull annuler avbestall avbestill afbestil peruut zrus otkaz anulow otmen skasuva iptal \
        الغا לבטל ביטול रद्द キャンセル 取消 취소 ยกเลิก huy batal",
    ),
    (
        "return",
        "return ruckgab zuruckschick umtausch exchange retour echang devolver devoluc cambi reso restitu trocar ruil zwroc wymian retur byte \
        vratit vymen iade degisim obmen vernut ارجاع החזרה החלפה वापस 返品 交換 退货 换货 반품 교환 เปลี่ยน doi tra tukar",
    ),
    (
        "password",
        "password login logi account passwort anmeld konto kennwort mot passe connexion compt contrasen cuenta accedi senha conta \
        wachtwoord inlog haslo zalogow losenord adgangskode passord heslo prihlas parol vojti akkaunt sifre hesap סיסמה חשבון पासवर्ड パスワード ログイン 密码 登录 비밀번호 로그인",
    ),
    (
        "payment",
        "pay charg card invoice bill zahl abgebucht rechnung karte pai factur carte pago cobr tarjet pagament fattur addebit betal factuur \
        platn faktur zaplac karta betaln platb plat oplat kart odeme fatura دفع بطاق תשלום אשראי भुगतान 支払 付款 支付 결제 카드 thanh toan bayar",
    ),
    (
        "broken",
        "broken damag defect faulty kaputt beschadigt defekt casse abim endommag roto dan defectuos rotto difettos quebrad partido kapot \
        uszkodz zepsut trasig odelagt rozbit poskozen slomal razbit poloman bozuk kirik مكسور שבור פגום टूटा 壊 破損 坏 破损 고장 파손 hong rusak",
    ),
];

/// The needs that the words name.
pub(crate) fn needs(words: &[&str]) -> BTreeSet<&'static str> {
    let joined = words.concat();
    let named = |stem: &&str| {
        if stem.is_ascii() || stem.chars().any(char::is_lowercase) {
            words.iter().any(|word| word.starts_with(*stem))
        } else {
            joined.contains(*stem)
        }
    };
    NEEDS
        .iter()
        .filter(|(_, stems)| stems.split_whitespace().any(|stem| named(&stem)))
        .map(|(need, _)| *need)
        .collect()
}
