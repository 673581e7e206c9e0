"""The words of patients' papers in the languages that the program writes, by the English ones.

German, Brazilian Portuguese, Arabic. A text in braces is put in; its order may differ.
"""

LANGUAGES = ("de", "pt-BR", "ar")

TRANSLATIONS: dict[str, tuple[str, str, str]] = {
    # --- heads and parties -----------------------------------------------------------------------
    "Invoice": ("Rechnung", "Fatura", "فاتورة"),
    "Deposit": ("Anzahlung", "Adiantamento", "دفعة مقدمة"),
    "Credit note": ("Gutschrift", "Nota de crédito", "إشعار دائن"),
    "Receipt": ("Quittung", "Recibo", "إيصال"),
    "Refund": ("Rückzahlung", "Reembolso", "استرداد"),
    "Statement": ("Kontoauszug", "Extrato", "كشف حساب"),
    "COPY": ("KOPIE", "CÓPIA", "نسخة"),
    "TEST": ("TEST", "TESTE", "اختبار"),
    "Issued {day}": ("Ausgestellt am {day}", "Emitida em {day}", "تاريخ الإصدار {day}"),
    "Due {day}": ("Fällig am {day}", "Vencimento {day}", "تاريخ الاستحقاق {day}"),
    "BILLED TO": ("RECHNUNG AN", "COBRADO DE", "فاتورة إلى"),
    "VISIT": ("TERMIN", "CONSULTA", "الزيارة"),
    "For invoice {number}": ("Zur Rechnung {number}", "Da fatura {number}", "عن الفاتورة {number}"),
    "of {day}": ("vom {day}", "de {day}", "بتاريخ {day}"),
    "{first} to {last}": ("{first} bis {last}", "{first} a {last}", "من {first} إلى {last}"),
    "Patient {number} · {day}": (
        "Patient {number} · {day}",
        "Paciente {number} · {day}",
        # Without the mark the figures of the day would be drawn into the number before them.
        "المريض {number}\N{RIGHT-TO-LEFT MARK} · {day}",
    ),
    # --- tables and sums -------------------------------------------------------------------------
    "Description": ("Beschreibung", "Descrição", "الوصف"),
    "Qty": ("Menge", "Qtd.", "الكمية"),
    "Net": ("Netto", "Líquido", "الصافي"),
    "Amount": ("Betrag", "Valor", "المبلغ"),
    "Date": ("Datum", "Data", "التاريخ"),
    "Balance": ("Saldo", "Saldo", "الرصيد"),
    "In {currency}": ("In {currency}", "Em {currency}", "بعملة {currency}"),
    "VAT": ("MwSt.", "IVA", "ض.ق.م"),
    "GST": ("GST", "GST", "GST"),
    "Tax": ("Steuer", "Imposto", "الضريبة"),
    "exempt": ("steuerfrei", "isento", "معفى"),
    "Exempt": ("Steuerfrei", "Isento", "معفى"),
    "less {amount}: {reason}": (
        "abzüglich {amount}: {reason}", "menos {amount}: {reason}", "خصم {amount}: {reason}",
    ),
    "Total": ("Gesamt", "Total", "الإجمالي"),
    "Carried forward": ("Übertrag", "A transportar", "المنقول إلى الصفحة التالية"),
    "Brought forward": ("Übertrag", "Transporte", "المنقول من الصفحة السابقة"),
    "{count} earlier payments and refunds": (
        "{count} frühere Zahlungen und Rückzahlungen",
        "{count} pagamentos e reembolsos anteriores",
        "{count} دفعات واستردادات سابقة",
    ),
    "No longer charged": ("Nicht mehr berechnet", "Não mais cobrado", "لم يعد مطلوبًا"),
    "Paid too much": ("Zu viel bezahlt", "Pago a mais", "مدفوع زيادة"),
    "Balance due": ("Noch zu zahlen", "Saldo a pagar", "المبلغ المستحق"),
    "Credited": ("Gutgeschrieben", "Creditado", "المبلغ الدائن"),
    "Taken off {number}": ("Abgezogen von {number}", "Abatido de {number}", "مخصوم من {number}"),
    "Reason: {reason}": ("Grund: {reason}", "Motivo: {reason}", "السبب: {reason}"),
    # --- what moved ------------------------------------------------------------------------------
    "Paid": ("Bezahlt", "Pago", "مدفوع"),
    "Refunded": ("Zurückgezahlt", "Reembolsado", "مسترد"),
    "Refund taken back": ("Rückzahlung aufgehoben", "Reembolso desfeito", "استرداد ملغى"),
    "Credit moved to": ("Guthaben übertragen auf", "Crédito transferido para", "رصيد منقول إلى"),
    "Credit from": ("Guthaben aus", "Crédito de", "رصيد من"),
    "Taken back by the bank": (
        "Von der Bank zurückgeholt", "Retomado pelo banco", "استرجعه البنك",
    ),
    "Returned by the bank": ("Von der Bank erstattet", "Devolvido pelo banco", "أعاده البنك"),
    "Fee": ("Gebühr", "Taxa", "رسوم"),
    "Deposit asked for": ("Anzahlung erbeten", "Adiantamento solicitado", "دفعة مقدمة مطلوبة"),
    "cash": ("bar", "dinheiro", "نقدًا"),
    "bank transfer": ("Überweisung", "transferência", "تحويل بنكي"),
    "cheque": ("Scheck", "cheque", "شيك"),
    "card": ("Karte", "cartão", "بطاقة"),
    "payment link": ("Zahlungslink", "link de pagamento", "رابط دفع"),
    # --- foot ------------------------------------------------------------------------------------
    "Bank transfer: {bank}, reference {number}": (
        "Überweisung: {bank}, Verwendungszweck {number}",
        "Transferência: {bank}, referência {number}",
        "تحويل بنكي: {bank}، المرجع {number}",
    ),
    "Please quote {number} with your payment.": (
        "Bitte geben Sie bei der Zahlung {number} an.",
        "Informe {number} ao pagar.",
        "يرجى ذكر {number} عند الدفع.",
    ),
    "Scan to pay": ("Zum Bezahlen scannen", "Escaneie para pagar", "امسح للدفع"),
    "Page {page} of {pages}": (
        "Seite {page} von {pages}", "Página {page} de {pages}", "صفحة {page} من {pages}",
    ),
    "Page {page}": ("Seite {page}", "Página {page}", "صفحة {page}"),
    # --- receipts and refunds --------------------------------------------------------------------
    "Invoice {number}": ("Rechnung {number}", "Fatura {number}", "فاتورة {number}"),
    "by {means}": ("mit {means}", "por {means}", "بواسطة {means}"),
    "Reference": ("Verwendungszweck", "Referência", "المرجع"),
    "Given": ("Gegeben", "Recebido", "المستلم"),
    "Change": ("Rückgeld", "Troco", "الباقي"),
    "Given back since": ("Seither zurückgezahlt", "Reembolsado desde então", "المسترد منذ ذلك"),
    "Given back": ("Zurückgezahlt", "Reembolsado", "المبلغ المسترد"),
    "On its way back": ("Rückzahlung unterwegs", "Reembolso a caminho", "الاسترداد في الطريق"),
    "to {means}": ("auf {means}", "para {means}", "إلى {means}"),
    "Paid on {day}": ("Bezahlt am {day}", "Pago em {day}", "مدفوع بتاريخ {day}"),
    # --- statements ------------------------------------------------------------------------------
    "Nothing was invoiced.": ("Es wurde nichts berechnet.", "Nada foi cobrado.", "لا توجد فواتير."),
    "Balance brought forward": ("Saldovortrag", "Saldo anterior", "الرصيد المرحّل"),
    "Balance in your favour": ("Saldo zu Ihren Gunsten", "Saldo a seu favor", "رصيد لصالحكم"),
    "Asked for as deposit, and no part of the balance: {amount}": (
        "Als Anzahlung erbeten, nicht Teil des Saldos: {amount}",
        "Solicitado como adiantamento, fora do saldo: {amount}",
        "مطلوب كدفعة مقدمة وليس جزءًا من الرصيد: {amount}",
    ),
    "In credit, for coming invoices: {amount}": (
        "Guthaben für kommende Rechnungen: {amount}",
        "Em crédito, para próximas faturas: {amount}",
        "رصيد للفواتير القادمة: {amount}",
    ),
    "Not due": ("Nicht fällig", "A vencer", "غير مستحق"),
    "1-30 days": ("1-30 Tage", "1-30 dias", "1-30 يومًا"),
    "31-60 days": ("31-60 Tage", "31-60 dias", "31-60 يومًا"),
    "61-90 days": ("61-90 Tage", "61-90 dias", "61-90 يومًا"),
    "Over 90 days": ("Über 90 Tage", "Mais de 90 dias", "أكثر من 90 يومًا"),
    # --- letters ---------------------------------------------------------------------------------
    "Reminder": ("Zahlungserinnerung", "Lembrete", "تذكير"),
    "Second reminder": ("Zweite Mahnung", "Segundo lembrete", "تذكير ثانٍ"),
    "Last reminder": ("Letzte Mahnung", "Último lembrete", "تذكير أخير"),
    "Perhaps it has slipped your mind: our invoice {number} of {issued} was due on {due}.": (
        "Vielleicht haben Sie es übersehen: Unsere Rechnung {number} vom {issued} war am {due} "
        "fällig.",
        "Talvez tenha passado despercebido: nossa fatura {number} de {issued} venceu em {due}.",
        "ربما غاب عن ذهنكم: فاتورتنا {number} بتاريخ {issued} كانت مستحقة في {due}.",
    ),
    "We wrote to you before: our invoice {number} of {issued} was due on {due} and is still "
    "unpaid.": (
        "Wir haben Ihnen bereits geschrieben: Unsere Rechnung {number} vom {issued} war am {due} "
        "fällig und ist noch offen.",
        "Já escrevemos antes: nossa fatura {number} de {issued} venceu em {due} e continua em "
        "aberto.",
        "لقد كتبنا إليكم من قبل: فاتورتنا {number} بتاريخ {issued} كانت مستحقة في {due} ولم تُدفع "
        "بعد.",
    ),
    "This is our last reminder: our invoice {number} of {issued} was due on {due} and is still "
    "unpaid. Please pay it now, or talk to us, before we take further steps.": (
        "Dies ist unsere letzte Mahnung: Unsere Rechnung {number} vom {issued} war am {due} fällig "
        "und ist noch offen. Bitte zahlen Sie jetzt oder sprechen Sie mit uns, bevor wir weitere "
        "Schritte gehen.",
        "Este é nosso último lembrete: nossa fatura {number} de {issued} venceu em {due} e "
        "continua em aberto. Pague agora ou fale conosco antes de tomarmos outras medidas.",
        "هذا آخر تذكير منا: فاتورتنا {number} بتاريخ {issued} كانت مستحقة في {due} ولم تُدفع بعد. "
        "يرجى الدفع الآن أو التحدث إلينا قبل أن نتخذ خطوات أخرى.",
    ),
    "If you have paid in the meantime, thank you: please ignore this letter. If something is not "
    "right, or you need more time, please let us know.": (
        "Falls Sie inzwischen bezahlt haben, danken wir Ihnen und bitten Sie, dieses Schreiben als "
        "erledigt anzusehen. Wenn etwas nicht stimmt oder Sie mehr Zeit brauchen, melden Sie sich "
        "bitte.",
        "Se já pagou, obrigado: desconsidere esta carta. Se algo não estiver certo ou precisar de "
        "mais tempo, avise-nos.",
        "إذا كنتم قد دفعتم في هذه الأثناء فشكرًا لكم، ويرجى تجاهل هذه الرسالة. وإذا كان هناك خطأ أو "
        "احتجتم إلى وقت أطول فيرجى إخبارنا.",
    ),
    "Still due: {amount}": ("Noch offen: {amount}", "Em aberto: {amount}", "المستحق: {amount}"),
    "Please pay by transfer to {bank}, with the reference {number}.": (
        "Bitte überweisen Sie auf {bank}, Verwendungszweck {number}.",
        "Pague por transferência para {bank}, com a referência {number}.",
        "يرجى الدفع بتحويل إلى {bank} مع ذكر المرجع {number}.",
    ),
    "Please pay at our desk.": (
        "Bitte zahlen Sie an unserem Empfang.",
        "Pague em nossa recepção.",
        "يرجى الدفع في الاستقبال.",
    ),
}  # fmt: skip
