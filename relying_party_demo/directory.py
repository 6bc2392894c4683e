"""Who works where: provinces, districts, clinics, and hospitals and doctors that do not exist.

Places have their real names; every hospital and doctor is invented and made by a fixed recipe, so each start offers
the same ones. İstanbul comes in two halves, as in the real search chain (domain.md §5.1).
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

_PROVINCES = {
    1: ("Adana", ("Çukurova", "Seyhan", "Yüreğir")),
    6: ("Ankara", ("Çankaya", "Gölbaşı", "Keçiören", "Yenimahalle")),
    7: ("Antalya", ("Alanya", "Kepez", "Muratpaşa")),
    16: ("Bursa", ("Nilüfer", "Osmangazi", "Yıldırım")),
    21: ("Diyarbakır", ("Bağlar", "Kayapınar")),
    76: ("Iğdır", ("Merkez", "Tuzluca")),
    342: ("İstanbul (Anadolu)", ("Kadıköy", "Kartal", "Ümraniye", "Üsküdar")),
    341: ("İstanbul (Avrupa)", ("Bakırköy", "Beşiktaş", "Esenyurt", "Şişli")),
    35: ("İzmir", ("Bornova", "Karşıyaka", "Konak")),
    61: ("Trabzon", ("Akçaabat", "Ortahisar")),
}
_CLINICS = {
    11: ("Çocuk Sağlığı ve Hastalıkları", "Paediatrics", False),
    12: ("Deri ve Zührevi Hastalıkları", "Dermatology", False),
    13: ("Göz Hastalıkları", "Eye diseases", True),
    14: ("İç Hastalıkları (Dahiliye)", "Internal medicine", False),
    15: ("Kadın Hastalıkları ve Doğum", "Gynaecology and obstetrics", True),
    16: ("Kardiyoloji", "Cardiology", False),
    17: ("Kulak Burun Boğaz Hastalıkları", "Ear, nose and throat", True),
    18: ("Nöroloji", "Neurology", False),
    19: ("Ortopedi ve Travmatoloji", "Orthopaedics and traumatology", True),
}
_HOSPITAL_NAMES = (
    "Akasya", "Ardıç", "Begonya", "Çınar", "Defne", "Erguvan", "Fesleğen", "Gelincik", "Ihlamur", "İğde", "Kardelen",
    "Kekik", "Ladin", "Lavanta", "Manolya", "Mimoza", "Papatya", "Sedir", "Sümbül", "Şebboy", "Yasemin", "Zambak",
)  # fmt: skip
_HOSPITAL_KINDS = ("Devlet Hastanesi", "Eğitim ve Araştırma Hastanesi", "Şehir Hastanesi")
_FIRST_NAMES = (
    "Ayça", "Barış", "Ceren", "Çağlar", "Defne", "Emre", "Elif", "Ferhat", "Gökçe", "Hakan", "Işıl", "İlker", "Jale",
    "Kerem", "Leyla", "Mert", "Nihan", "Onur", "Özge", "Pınar", "Rüzgâr", "Selin", "Şafak", "Tolga", "Umut", "Ülkü",
    "Volkan", "Yağmur", "Zeynep",
)  # fmt: skip
_SURNAMES = (
    "Örnek", "Deneme", "Numune", "Sınama", "Taslak", "Misal", "Benzetim", "Kurgu", "Öykünme", "Tasarım",
)  # fmt: skip
_TITLES = ("Uzm. Dr.", "Uzm. Dr.", "Uzm. Dr.", "Doç. Dr.", "Prof. Dr.")
_SURGEON_TITLES = ("Op. Dr.", "Op. Dr.", "Op. Dr.", "Doç. Dr.", "Prof. Dr.")


@dataclass(frozen=True, slots=True)
class Province:
    id: int
    name: str


@dataclass(frozen=True, slots=True)
class District:
    id: int
    province_id: int
    name: str


@dataclass(frozen=True, slots=True)
class Clinic:
    id: int
    name: str
    english_name: str

    def name_in(self, language: str) -> str:
        return self.english_name if language == "en" else self.name


@dataclass(frozen=True, slots=True)
class Hospital:
    id: int
    district_id: int
    name: str


@dataclass(frozen=True, slots=True)
class Doctor:
    id: int
    hospital_id: int
    clinic_id: int
    name: str


class Directory:
    """Looks things up by id and narrows a search step by step. None means "Farketmez": any."""

    def __init__(self) -> None:
        self.provinces = {key: Province(key, name) for key, (name, _) in _PROVINCES.items()}
        self.clinics = {key: Clinic(key, name, english) for key, (name, english, _) in _CLINICS.items()}
        self.districts = {district.id: district for district in _districts()}
        self.hospitals = {hospital.id: hospital for hospital in _hospitals(self.districts)}
        self.doctors = {doctor.id: doctor for doctor in _doctors(self.hospitals)}

    def districts_of(self, province_id: int) -> list[District]:
        return [district for district in self.districts.values() if district.province_id == province_id]

    def hospitals_for(self, province_id: int, district_id: int | None, clinic_id: int) -> list[Hospital]:
        """The hospitals there that have the clinic, district by district."""
        offering = {doctor.hospital_id for doctor in self.doctors.values() if doctor.clinic_id == clinic_id}
        places = {district.id for district in self.districts_of(province_id) if district_id in {None, district.id}}
        return [h for h in self.hospitals.values() if h.id in offering and h.district_id in places]

    def doctors_for(self, hospital_id: int, clinic_id: int) -> list[Doctor]:
        return [d for d in self.doctors.values() if d.hospital_id == hospital_id and d.clinic_id == clinic_id]


def _number(key: str, below: int) -> int:
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:4]) % below


def _districts() -> Iterator[District]:
    for province_id, (_, names) in _PROVINCES.items():
        for position, name in enumerate(names, start=1):
            yield District(province_id * 10 + position, province_id, name)


def _hospitals(districts: dict[int, District]) -> Iterator[Hospital]:
    name_number = 0
    for district in districts.values():
        for position in range(1, 3 + _number(f"hospitals {district.id}", 2)):
            name = _HOSPITAL_NAMES[name_number % len(_HOSPITAL_NAMES)]
            name_number += 1
            yield Hospital(district.id * 10 + position, district.id, f"Örnek {name} {_HOSPITAL_KINDS[position - 1]}")


def _doctors(hospitals: dict[int, Hospital]) -> Iterator[Doctor]:
    serial = 0
    for hospital in hospitals.values():
        for clinic_id, (_, _, surgical) in _CLINICS.items():
            is_first_of_district = hospital.id % 10 == 1  # has every clinic, so no search ends empty-handed
            if not is_first_of_district and _number(f"clinic {hospital.id} {clinic_id}", 10) >= 6:
                continue
            for position in range(1, 2 + _number(f"doctors {hospital.id} {clinic_id}", 3)):
                doctor_id = (hospital.id * 100 + clinic_id) * 10 + position
                titles = _SURGEON_TITLES if surgical else _TITLES
                title = titles[_number(f"title {doctor_id}", len(titles))]
                # 29 first names and 10 surnames share no factor: 290 doctors pass before a name returns.
                name = f"{_FIRST_NAMES[serial % len(_FIRST_NAMES)]} {_SURNAMES[serial % len(_SURNAMES)]}"
                serial += 1
                yield Doctor(doctor_id, hospital.id, clinic_id, f"{title} {name}")
