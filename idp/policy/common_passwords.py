"""What is no secret, folded to lower-case ASCII: words that people in Türkiye choose, and how keys lie side by side.

Gathered by hand from what such lists have in common everywhere: the word for password, names, clubs, cities, faith,
love, and the service that is logged in to. Years, tails, l33t and doubling are not listed: `guessable` takes them off.
"""

_PASSWORD = """
admin administrator anahtar baseball batman changeme computer default degistir deneme dragon football gecici giris
gizli guest guvenlik hesap ilkparola ilksifre iloveyou internet kullanici letmein login master michael misafir monkey
ornek parola parolam parolaniz pasaport passwd password passwort pokemon princess secret shadow sifre sifreler sifreli
sifrem sifremi sifremiunuttum sifreniz sifreunuttum sistem sunshine superman system test tester trustno unuttum user
welcome yeniparola yenisifre yetkili yonetici
"""

_SERVICES = """
akbank android apple banka belediye devlet devletim doktor eba eczane edevlet edevletim edevletkapisi edevletsifre
edevletsifrem edevletsifresi ehliyet emekli enabiz eokul esik esikgiris esiksifre esiksifresi facebook garanti gmail
google halkbank hastane hotmail instagram iphone isbank kimlik kimlikno meb mernis mhrs mhrsrandevu microsoft nabiz
netflix nufus osym ptt pttsubesi randevu saglik samsung sgk spotify ssk tckimlik tckimlikno tcno turkcell turkiye
turkiyecumhuriyeti turkiyegov turkiyem turksat turktelekom twitter uyap vakifbank vatandas vergi vodafone whatsapp
windows yapikredi youtube ziraat
"""

_CLUBS = """
altay ankaragucu antalyaspor aslan basaksehir besiktas bjk bursaspor carsi cimbom cimbombom denizlispor efes
eskisehirspor fbli fener fenerbahce fenerbahcem fenerli galatasaray galatasarayim galatasarayli genclerbirligi
giresunspor goztepe gsli kadikoy kanarya karakartal karsiyaka kartal kayserispor kocaelispor konyaspor kralaslan
sampiyon sampiyonfener samsunspor sivasspor trabzon trabzonspor ultraslan
"""

_CITIES = """
adana adiyaman afyon afyonkarahisar agri aksaray amasya anadolu ankara antakya antalya ardahan artvin avrupa aydin
balikesir bartin batman bayburt bilecik bingol bitlis bodrum bogazici bolu burdur bursa canakkale cankiri corum
denizli diyarbakir duzce edirne ege egeli elazig erzincan erzurum eskisehir gaziantep giresun gumushane hakkari hatay
igdir isparta istanbul istanbullu izmir izmirli izmit kahramanmaras karabuk karadeniz karaman kars kastamonu kayseri
kilis kirikkale kirklareli kirsehir kocaeli konya kutahya malatya manisa maras mardin marmara memleketim mersin mugla
mus nevsehir nigde ordu osmaniye rize sakarya samsun sanliurfa siirt sinop sirnak sivas tekirdag tokat tunceli urfa
usak uskudar van yalova yozgat zonguldak
"""

_NAMES = """
abdullah adem ahmet alara ali alican arda asli asya ates ayhan ayse aysegul aysenur baran baris berat berk beyza bilal
birol bora burak burcu busra can cansu cem cemal cemre ceren ceyda cihan damla defne deniz derya didem dilara duygu
ebru ecrin ege ekrem ela elif emine emir emirhan emre enes ercan erdem eren ersin esma esra eylul eymen fatih fatma
ferhat ferit feyza filiz furkan gamze gizem gokhan gul gulay gulsum hakan halil halit hamza harun hasan hatice havva
hayati hazal huseyin ibrahim idris ilayda ilker irem irfan ismail kaan kadir kamil kemal kerem koray leyla mahmut
mehmet melek melike meltem mert merve meryem metin mine miran miray muhammed muhammet muhammetali murat mustafa
mustafakemal naz nazli nehir nermin neslihan nur nuray nurcan oguz oguzhan okan omer onur orhan osman ozan ozge ozgur
ozlem pelin pinar ramazan recep rukiye sabri salih samet seda sedat selcuk selim selin selma semih sena serdar serhat
serkan sevgi sevilay sevim sibel sila sinan songul suat sude suleyman sultan sumeyye taha tarik tolga tugba tuncay
turan ufuk ugur umit umut vedat veysel volkan yagmur yakup yasemin yasin yavuz yigit yilmaz yusuf zehra zekeriya zeki
zeynep ziya zumra
"""

_FAITH_AND_COUNTRY = """
allah allahbirdir allahim allahuekber atam ataturk bayrak bismillah cennet cumhurbaskani cumhuriyet dua elhamdulillah
ergenekon fatihsultan fetih gazi hilal hurriyet inancli inkilap insallah istiklal kuran kurtulus masallah mavivatan
medine mehmetcik mekke muhammet nemutluturkum nemutluturkumdiyene osmanli ottoman peygamber plevne sakarya sancak
subhanallah turan turk turkiyemiz turkler turkum vatan vatanim vatansana yarabbi yaradan yavuzsultanselim
"""

_LOVE_AND_FAMILY = """
abim ablam aile ailem anne anneanne annecigim annem ask askim askimiz asksin baba babacigim babam bebegim bebek
benimaskim birtanem bitanem canim canimannem canimbabam canimkizim canimoglum canimsin cicegim cicek dede dunyam esim
evladim evlat gulum gunesim guzelim guzelkizim hayat hayatim kalbim kardes kardesim karicigim kizim kocam kralice
kuzum melegim nefes nisan oglum omrum ozledim papatya prens prenses prensesim sekerim seniseviyorum senisevyorum sevda
sevdigim sevgili sevgilim sevgim seviyorum seviyorumseni tatlim tekaskim yavrum yildiz yildizim
"""

_ORDINARY = """
altin araba arkadas asker askeri ayna bahar balik beyaz bilgisayar bugun cay cicekler corba dalga domates dost dostluk
dunya ekmek elma fenomen futbol gece gelecek gul gulhatmi gunaydin gunes guzel hava hazine hello herkes hosgeldin
huzur ilkbahar isik kahve kalem kalp kaplan karanfil karanlik kedi kelebek kiraz kirmizi kitap kopek korsan kral kurt
kus lale limon liseli mavi melodi menekse merhaba mutlu mutluluk muzik namus nehir ogrenci ogretmen okul ordek orman
para pasa pembe penguen polis portakal ruya sari sarisin sariyer selam selamlar sevinc seytan siyah sonbahar spor
tatil tavsan telefon toprak universite yaren yaz yazici yesil yilan yolcu yunus zafer zaman zengin ziyaretci
"""

COMMON = frozenset(
    " ".join(
        (
            *(_PASSWORD, _SERVICES, _CLUBS, _CITIES, _NAMES),
            *(_FAITH_AND_COUNTRY, _LOVE_AND_FAMILY, _ORDINARY),
        )
    ).split()
)

KEY_ROWS = (
    *("1234567890", "qwertyuiopgu", "asdfghjklsi", "zxcvbnmoc"),  # the Turkish Q keyboard
    *("fggiodrnhpqw", "uieautkmlysx", "jovcczsb"),  # the F keyboard
    *("qwertyuiop", "asdfghjkl", "zxcvbnm"),
    *("1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "1q2w3e4r5t6y7u8i9o0p", "qawsedrftgyhujikolp", "qazwsxedcrfvtgbyhnujm"),
    *("147258369", "159753", "741852963", "0123456789"),  # the number pad
    *("abcdefghijklmnopqrstuvwxyz", "abccdefgghiijklmnooprsstuuvyz"),
)
"""Keys in the order in which fingers run over them; either way round."""
