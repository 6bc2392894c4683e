"""What is no secret, folded to lower-case ASCII: common words and rows of keys, Turkish ones, our own names."""

_WORDS = """
000000 111111 112233 121212 123123 123456 1234567 12345678 123456789 1234567890 1q2w3e4r 1qaz2wsx 654321 987654321
aaaaaa abc abcabc abcd abcdef abcdefg abcdefgh adana admin administrator ahmet ali allah anadolu ankara anne annem
antalya asdasd asdfgh asdfghjkl askim aslan ataturk ayse babam batman bayrak bebegim besiktas bismillah bursa canim
cicek computer cumhuriyet deneme dragon edevlet edevletkapisi elif emine enabiz esik facebook fatma fenerbahce
football galatasaray gizli google gunes hasan hastane hatice huseyin ibrahim iloveyou instagram internet iphone
ismail istanbul izmir kanarya karadeniz kartal konya kralice kullanici letmein login master mehmet melek merhaba
mhrs michael monkey muhammed murat mustafa mustafakemal omer ornek p@ssw0rd p@ssword papatya parola parolam passw0rd
password pokemon prenses princess q1w2e3r4 qazwsx qweasd qweasdzxc qwerty qwertyuiop randevu saglik sampiyon samsung
selam seniseviyorum shadow sifre sifre123 sifrem sunshine superman test trabzonspor turk turkiye turkiyegov turkiyem
vatan veli welcome yildiz yusuf zeynep zxcvbn
"""

COMMON = frozenset(_WORDS.split())
