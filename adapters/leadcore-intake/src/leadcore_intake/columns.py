"""Names of fields: which column of a form is the phone, which the ZIP.

A name is looked up by its words, so `firstName`, `First Name` and `first_name` are one. Names in
the languages of Meta's localised exports are here too. What is not found stays an answer.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["TARGETS", "guess", "guess_mapping", "words"]

_SYNONYMS: dict[str, str] = {
    "name": """name full_name fullname nombre_completo vollständiger_name nom_complet nome_completo
        volledige_naam שם_מלא الاسم_الكامل""",
    "first_name": """first_name firstname first fname given_name forename nombre vorname prénom
        prenom primeiro_nome שם_פרטי""",
    "middle_name": "middle_name middlename middle mname middle_initial",
    "last_name": """last_name lastname last lname surname family_name apellido apellidos nachname
        nom_de_famille cognome sobrenome שם_משפחה""",
    "prefix": "prefix name_prefix salutation honorific anrede",
    "suffix": "suffix name_suffix generation",
    "phone": """phone phone_number phonenumber telephone telephone_number tel phone_no primary_phone
        home_phone work_phone day_phone daytime_phone evening_phone alt_phone alternate_phone
        secondary_phone other_phone business_phone caller_id caller_number ani from_number
        best_phone callback_number phone_home phone_work phone_primary
        teléfono telefono número_de_teléfono numero_de_telefono telefon telefonnummer téléphone
        numéro_de_téléphone numero_di_telefono telefone número_de_telefone telefoonnummer
        מספר_טלפון טלפון رقم_الهاتف""",
    "cell": """cell cell_phone cellphone cell_number mobile mobile_phone mobilephone mobile_number
        phone_mobile phone_cell celular móvil handynummer handy portable_phone נייד""",
    "landline": "landline landline_phone land_line fixed_line",
    "email": """email e_mail email_address emailaddress mail email_1 work_email primary_email
        secondary_email personal_email correo_electrónico correo_electronico correo
        e_mail_adresse adresse_e_mail e_mail_address indirizzo_e_mail e_mailadres אימייל
        דוא_ל البريد_الإلكتروني""",
    "street": """street street_address address address_line addressline street_line address_street
        mailing_address home_address apartment apt unit suite dirección calle straße strasse
        adresse""",
    "city": "city town locality ciudad stadt ort ville città cidade עיר",
    "state": "state province region regioncode region_code state_code state_province estado",
    "zip": """zip zip_code zipcode postal_code postalcode post_code postcode postal zip_postal
        código_postal codigo_postal postleitzahl plz code_postal cap cep מיקוד""",
    "country": "country country_code país pais land pays paese מדינה",
    "vertical": "vertical industry",
    "area": """area practice_area area_of_law law_area legal_area category lead_category case_type
        type_of_case matter_type legal_issue legal_matter service service_type practice
        type_of_legal_issue""",
    "comments": """comments comment message notes note description details additional_info
        additional_information additional_comments case_description question questions
        describe_your_case tell_us_more mensaje nachricht mensagem messaggio""",
    "other_info": "other_info other_information summary case_summary matter_summary",
    "source_key": """id lead_id leadid external_id externalid submission_id record_id uuid guid
        entry_id transaction_id lead_uuid source_key""",
    "source_name": """source lead_source leadsource provider publisher vendor site website
        source_name""",
    "campaign": "campaign campaign_name campaign_id utm_campaign",
    "form": "form form_name form_id",
    "test": "test is_test test_lead istest test_mode",
    "submitted_at": """submitted_at submitted submit_time submission_date submission_time created
        created_at created_time created_date create_date date_submitted date_created timestamp
        request_date requestdate lead_date entry_date datetime date_time fecha""",
    "device": "device_id device device_identifier visitor_id",
    "ip": """ip ip_address ipaddress client_ip user_ip remote_addr remote_address remote_ip
        visitor_ip ip_addr""",
    "kind": "kind lead_kind lead_type",
    "recording": """recording recording_url call_recording call_recording_url recording_link
        recording_reference""",
    "recording_seconds": """recording_seconds recording_duration call_duration call_seconds
        call_length duration_seconds""",
    "recording_announced": "recording_announced recording_disclosed recording_notice",
    "opt_out": """opt_out optout email_opt_out emailoptout fax_opt_out do_not_call donotcall
        do_not_contact do_not_text sms_opt_out has_opted_out_of_email unsubscribe unsubscribed""",
    "consent": "consent opt_in optin sms_opt_in email_opt_in marketing_opt_in text_opt_in",
}  # fmt: skip
_LOOKUP = {name: target for target, names in _SYNONYMS.items() for name in names.split()}

TARGETS: tuple[str, ...] = tuple(sorted({*_SYNONYMS, "answer", "consent_text", "tcpa"}))
"""What a column can be mapped to; `answer` keeps it, with its name, among the other answers."""

_OWNERS = frozenset(
    [
        "your",
        "my",
        "the",
        "contact",
        "customer",
        "lead",
        "applicant",
        "consumer",
        "client",
        "person",
        "user",
        "primary",
        "address",
        "mailing",
        "data",
        "fields",
        "payload",
        "prospect",
        "caller",
    ]
)
_WRAPPERS = frozenset(["the", "data", "fields", "payload", "lead", "prospect"])
# A customer's id is not the lead's, nor is the day they signed up the day of this lead: taken for
# it, a person's second lead would look like the first one sent again.
_LEADS_OWN = frozenset(
    [
        "source_key",
        "source_name",
        "campaign",
        "form",
        "test",
        "submitted_at",
        "device",
        "kind",
        "vertical",
    ]
)
_EVIDENCE = frozenset(
    [
        "url",
        "link",
        "time",
        "timestamp",
        "date",
        "datetime",
        "ip",
        "id",
        "version",
        "at",
        "cert",
        "certificate",
        "hash",
        "page",
    ]
)
_TEXT = frozenset(
    ["text", "language", "disclosure", "wording", "statement", "disclaimer", "copy", "verbiage"]
)


def words(name: str) -> str:
    """Give a name as lower-case words joined by `_`.

    >>> words("firstName"), words("Phone Number:"), words("contact[phone_2]")
    ('first_name', 'phone_number', 'contact_phone_2')
    """
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name[:300])
    return re.sub(r"[\W_]+", "_", apart).strip("_").casefold()


def guess(name: str) -> str | None:
    """Give the target a field's name stands for, or None.

    >>> guess("Customer Phone"), guess("address[zip]"), guess("spouse_first_name")
    ('phone', 'zip', None)
    >>> guess("lead_id"), guess("customer_id")
    ('source_key', None)
    """
    # A form's names are the same with every lead; what anybody sends is kept only if it is short.
    return _known(name) if len(name) <= _SHORT else _guess(name)


def _guess(name: str) -> str | None:
    plain = words(name)
    parts = plain.split("_")
    owned = False
    while parts:
        found = _LOOKUP.get("_".join(parts)) or _LOOKUP.get("_".join(_unnumbered(parts)))
        if found is not None:
            return None if owned and found in _LEADS_OWN else found
        if parts[0] not in _OWNERS:
            break
        owned = owned or parts[0] not in _WRAPPERS
        parts = parts[1:]
    return _consent(set(plain.split("_")))


_SHORT = 64
_known = lru_cache(maxsize=4096)(_guess)


def _unnumbered(parts: list[str]) -> list[str]:
    # phone_2 and address1 are further phones and address lines.
    last = parts[-1].rstrip("0123456789")
    return [*parts[:-1], last] if last else parts[:-1]


def _consent(said: set[str]) -> str | None:
    tcpa = any(word.startswith("tcpa") for word in said)
    if said & _EVIDENCE or not (tcpa or "consent" in said):
        return None
    if said & _TEXT:
        return "consent_text"
    return "tcpa" if tcpa else "consent"


def guess_mapping(headers: Iterable[str]) -> Mapping[str, str]:
    """Give header to target for every header; `answer` where the name says nothing.

    Meant for a mapping screen: show it, let a person correct it, and give it back as
    `Options.mapping`.

    >>> guess_mapping(["First Name", "Favourite colour"])
    {'First Name': 'first_name', 'Favourite colour': 'answer'}
    """
    return {header: guess(header) or "answer" for header in headers}
