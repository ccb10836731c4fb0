"""Facts in the customer's own words: what is found, and above all what is not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_pipeline.articles import DataPoint, DataType, FactSource, Wording
from data_pipeline.engine.spans import facts_in_messages
from tests.engine.points import known, point

NUMBER, CURRENCY, DATE, EMAIL = DataType.NUMBER, DataType.CURRENCY, DataType.DATE, DataType.EMAIL

BALANCE = point("Account balance", CURRENCY, "Amount in the account today.")
LOAN = point("Loan balance", CURRENCY, "What is still owed on the loan.")
REQUESTED = point(
    "Requested amount",
    CURRENCY,
    "Amount the customer wants to withdraw.",
    question="How much would you like to withdraw?",
)
WITHDRAWAL = point("Withdrawal amount", CURRENCY, "Gross amount that the person wants to take out.")
SALARY = point("Gross annual salary", CURRENCY, "Salary before tax and before the deduction.")
PRICE = point("Purchase price", CURRENCY, "What the customer paid.")
AGE = point("Age", NUMBER, "Age of the customer in years.")
MONTHS = point("Pause length in months", NUMBER, "How many months the customer wants to pause.")
KEYS = point("Number of keys", NUMBER, "How many lock keys the customer still has.")
YEARS = point(
    "Years since last scheme bike", NUMBER, "Full years since the last bike of the scheme."
)
HEALTH = point(
    "Battery health", NUMBER, "Health in percent as the app shows it.", examples=("71 %",)
)
TAX = point("Tax withholding", NUMBER, "Percent of tax withheld.", examples=("20%",))
BORN = point("Date of birth", DATE, "Day on which the customer was born.")
START = point("Pause start date", DATE, "Billing date on which the pause starts.")
END = point(
    "Desired end date",
    DATE,
    "The last day on which the customer wants to use it.",
    question="What is the last day you would like to use it?",
)
HIRED = point("Hire date", DATE, "First day of employment.")
LEFT = point("Termination date", DATE, "Last day of employment.", question="When did your job end?")
BOUGHT = point("Purchase date", DATE, "Day of the purchase.")
NEW_MAIL = point("New email address", EMAIL, "The address the customer wants to sign in with.")
MAIL = point("Email address", EMAIL, "Address of the account.")
ORDER = point("Order number", description="Number of the order.", examples=("48213377",))
SERIAL = point("Bike serial number", description="Under the frame.", examples=("PD48213377",))
INVOICE = point("Invoice number", description="Number of the invoice.", examples=("INV-2026-0012",))
PARCEL = point("Tracking number", description="Number of the parcel.")
POSTCODE = point("Postal code", description="Of the address.", examples=("28013",))
PHONE = point("Phone number", description="Number to call back.")
EMPLOYER = point("Employer name", description="Name of it.", examples=("Harbour Analytics Ltd",))
JOB = point("Employment type", choices=("Permanent", "Fixed-term", "Self-employed", "Contractor"))
RETURN = point("Return method", choices=("Hub drop-off", "Home pick-up"))
LOCK = point("Lock class", choices=("Gold", "Silver", "Bronze", "No lock"))
REASON = point("Reason for early end", choices=("Leaving the company", "Moving abroad", "Other"))
MARITAL = point("Marital status", choices=("Single", "Married", "Divorced"))
IBAN = point(
    "IBAN nuevo", description="Cuenta de los recibos.", examples=("ES00 0000 0000 0000 0000 0000",)
)
IMPORTE = point("Importe de la factura", CURRENCY, "Total de la factura que vio el cliente.")
ALTA = point("Fecha de alta", DATE, "Día en que empezó el contrato.")
ROBO = point(
    "Fecha del robo",
    DATE,
    "Cuándo se dio cuenta del robo.",
    question="¿Cuándo te diste cuenta del robo?",
)
PERSONAS = point("Número de personas", NUMBER, "Cuántas personas viajan.", key="personas")

SPANISH = (IMPORTE, ALTA, ROBO, PERSONAS, IBAN)
EVERY_POINT = (
    *(
        BALANCE,
        LOAN,
        REQUESTED,
        SALARY,
        PRICE,
        AGE,
        MONTHS,
        KEYS,
        YEARS,
        HEALTH,
        TAX,
        BORN,
        START,
        END,
    ),
    *(
        HIRED,
        LEFT,
        BOUGHT,
        NEW_MAIL,
        MAIL,
        ORDER,
        SERIAL,
        INVOICE,
        PARCEL,
        POSTCODE,
        PHONE,
        EMPLOYER,
    ),
    *(JOB, RETURN, LOCK, REASON, MARITAL, IBAN, IMPORTE, ALTA, ROBO, PERSONAS),
)


def values(message: str | list[str], *points: DataPoint, language: str = "en") -> dict[str, Any]:
    messages = [message] if isinstance(message, str) else message
    return known(facts_in_messages(points, messages, (), language))


@pytest.mark.parametrize(
    ("fact", "message", "value"),
    [
        (BALANCE, "My account balance is $5,000.", 5000),
        (BALANCE, "my balance is 5000 and I need help", 5000),
        (BALANCE, "balance: 1.234,56 €", 1234.56),
        (BALANCE, "My account balance is €50k", 50_000),
        (BALANCE, "My account balance is -$50", -50),
        (BALANCE, "Why is my balance $0?", 0),
        (BALANCE, "I don't understand it: my balance is $500", 500),
        (BALANCE, "I have a balance of about 1 250 €", 1250),
        (REQUESTED, "I would like to withdraw $5,000 please", 5000),
        (WITHDRAWAL, "Can I withdraw $3,000?", 3000),
        (SALARY, "Permanent since 2021, gross annual salary €41,500, never late", 41_500),
        (SALARY, "my salary is 41.500 gross", 41_500),
        (PRICE, "I paid $199.99 for it", 199.99),
        (PRICE, "The purchase price was 199,99 €", 199.99),
        (IMPORTE, "la factura es de 1.234,56 euros", 1234.56),
        (IMPORTE, "la factura es de 5 mil euros", 5000),
        (AGE, "I am 65 years old", 65),
        (AGE, "I'm 65 and retired", 65),
        (AGE, "I turned 65 last week", 65),
        (AGE, "Tengo 65 años", 65),
        (MONTHS, "Can I pause my subscription for 2 months?", 2),
        (MONTHS, "Can you pause it for two months?", 2),
        (KEYS, "I still have 2 keys", 2),
        (YEARS, "My last scheme bike was 5 years ago", 5),
        (HEALTH, "battery health says 66% in the app, do I get a new battery?", 66),
        (HEALTH, "App shows battery health 64% now. Am I entitled?", 64),
        (TAX, "please withhold 20% federal tax", 20),
        (PERSONAS, "viajamos 4 personas", 4),
        (BORN, "I was born on 3 May 1980", "1980-05-03"),
        (BORN, "DOB 03/05/1980 here", "03/05/1980"),
        (START, "please pause my plan from 1 December 2026", "2026-12-01"),
        (START, "pause it from 1 December", "1 December"),
        (END, "Please cancel. Last day should be 2026-12-31, thanks", "2026-12-31"),
        (END, "I want it to end on 31/12/2026", "2026-12-31"),
        (LEFT, "I left my job, my last day was March 3, 2026.", "2026-03-03"),
        (BOUGHT, "Purchased 20.05.2026, broke 01.06.2026", "2026-05-20"),
        (ALTA, "me di de alta el 3 de marzo de 2026", "2026-03-03"),
        (ROBO, "Me di cuenta del robo el 3 de marzo de 2026", "2026-03-03"),
        (
            NEW_MAIL,
            "How can I change my e-mail? The new one is s.k@post.example",
            "s.k@post.example",
        ),
        (NEW_MAIL, "My old email was a@x.example and the new one is b@y.example", "b@y.example"),
        (NEW_MAIL, "please change my email from a@x.example to b@y.example", "b@y.example"),
        (MAIL, "my email is ana+tag@x.example", "ana+tag@x.example"),
        (MAIL, "o'brien@x.example is my email", "o'brien@x.example"),
        (MAIL, "you can reach me at a@x.example", "a@x.example"),
        (ORDER, "my order no. 48213377 has not arrived", "48213377"),
        (ORDER, "order #48213377", "48213377"),
        (ORDER, "48213377 is my order number", "48213377"),
        (SERIAL, "the bike is PD50110284", "PD50110284"),
        (INVOICE, "invoice INV-2026-0034 is wrong", "INV-2026-0034"),
        (INVOICE, "it says INV-2026-0034 on it", "INV-2026-0034"),
        (PARCEL, "tracking number 1Z999AA10123456784", "1Z999AA10123456784"),
        (POSTCODE, "my postal code is 28013 Madrid", "28013"),
        (IBAN, "mi nuevo IBAN es ES12 3456 7890 1234 5678 9012", "ES12 3456 7890 1234 5678 9012"),
        (PHONE, "call me at +34 600 123 456", "+34 600 123 456"),
        (JOB, "I'm a contractor with my own company. Can I get it?", "Contractor"),
        (JOB, "Permanent employee since 2021", "Permanent"),
        (RETURN, "I would take the home pickup", "Home pick-up"),
        (RETURN, "instead of home pick-up I prefer hub drop-off", "Hub drop-off"),
        (LOCK, "the lock was the Gold one you gave me. Am I covered?", "Gold"),
        (LOCK, "not the gold one but silver", "Silver"),
        (LOCK, "there was no lock", "No lock"),
        (REASON, "I am leaving the company at the end of June", "Leaving the company"),
        (MARITAL, "I am married", "Married"),
    ],
)
def test_a_stated_fact_is_found(fact: DataPoint, message: str, value: object) -> None:
    """Amounts, numbers, days, addresses, identifiers and choices, in two languages."""
    language = "es" if fact in SPANISH else "en"
    assert values(message, fact, language=language) == {fact.key: value}


@pytest.mark.parametrize(
    ("fact", "message"),
    [
        (BALANCE, "I paid a $50 fee to the plan."),
        (BALANCE, "The fee on my balance was $20."),
        (BALANCE, "$50 disappeared from my account."),
        (BALANCE, "My account was charged $50."),
        (BALANCE, "My loan balance is $500"),
        (BALANCE, "the balance of my loan is $500"),
        (BALANCE, "my 401k balance is low"),
        (REQUESTED, "There is a $25 charge."),
        (REQUESTED, "Why did you withdraw $5,000 from it?"),
        (WITHDRAWAL, "I was charged a $75 withdrawal fee"),
        (SALARY, "The annual fee is €50"),
        (SALARY, "my net salary is 41.500 €"),
        (SALARY, "I get €50 per week as salary advance fee"),
        (PRICE, "the new model costs $500"),
        (IMPORTE, "en la factura hay un cargo de 12 €"),
        (AGE, "I have waited 65 days"),
        (AGE, "I am 65% sure"),
        (AGE, "I'm 5 minutes away"),
        (AGE, "Tengo 65 pedidos"),
        (MONTHS, "Can I pause for 2 weeks?"),
        (MONTHS, "I waited 3 months for a reply"),
        (MONTHS, "pause for 2 and a half months"),
        (KEYS, "I lost 2 bikes and a key"),
        (KEYS, "I tried it 3 times with the keys"),
        (KEYS, "1. my keys\n2) my lock"),
        (YEARS, "Permanent employee since 2021, never late"),
        (YEARS, "I had the bike for 3 years"),
        (HEALTH, "The battery died 3 times"),
        (HEALTH, "I got a 20% discount on the battery"),
        (TAX, "20 people told me about tax"),
        (PERSONAS, "llevo 4 días esperando"),
        (BORN, "I was charged on 3 May 2026"),
        (START, "the pause should end on 1 May 2026"),
        (START, "my order from 3 May 2026 is late"),
        (END, "I was charged on 2026-05-03, please cancel"),
        (END, "Last week I was charged on 2026-05-03"),
        (LEFT, "I started my employment on 1 May 2020"),
        (BOUGHT, "delivered on 5/20/2026"),
        (ALTA, "quiero darme de baja el 3 de marzo de 2026"),
        (ROBO, "Compré la bici el 3 de marzo de 2026"),
        (NEW_MAIL, "you can reach me at a@x.example"),
        (MAIL, "I emailed support@acme.example twice"),
        (MAIL, "my new email is b@y.example"),
        (ORDER, "I ordered 1000 units"),
        (ORDER, "My order from 2026 is late"),
        (ORDER, "my order is 5 days late"),
        (ORDER, "Order 12/05/2026"),
        (ORDER, "Call me on 600 123 456 about my order"),
        (SERIAL, "my bike is from 2024"),
        (PARCEL, "I am tracking 2 parcels since 10:30"),
        (POSTCODE, "order 28013"),
        (PHONE, "my order is 123456789"),
        (EMPLOYER, "I joined my employer in Q3-2024"),
        (RETURN, "I am at home. Pick up the phone!"),
        (REASON, "I have other questions"),
        (MARITAL, "you change it every single day"),
    ],
)
def test_what_is_said_of_something_else_is_not_taken(fact: DataPoint, message: str) -> None:
    """A span beside the wrong word, of another unit, or that only looks like the type."""
    language = "es" if fact in SPANISH else "en"
    assert values(message, fact, language=language) == {}


@pytest.mark.parametrize(
    ("fact", "message"),
    [
        (BALANCE, "My balance is not $500."),
        (BALANCE, "It isn’t a balance of $500"),
        (BALANCE, "If my balance was $500, would I pay?"),
        (BALANCE, "Suppose I had a balance of $500"),
        (BALANCE, "for example a balance of $500"),
        (BALANCE, "Is my balance $500?"),
        (BALANCE, "A customer with a balance of $500 pays what?"),
        (BALANCE, "My wife's account balance is $500"),
        (BALANCE, "My balance should be $500 but shows less"),
        (BALANCE, "My balance used to be $500"),
        (BALANCE, "I have more than $5,000 in balance"),
        (BALANCE, "My balance is between $500 and $600."),
        (BALANCE, "My balance is $500-$600."),
        (BALANCE, "a balance of at least 500 €"),
        (AGE, "If I were 65 what then?"),
        (AGE, "My wife is 65"),
        (AGE, "Would I qualify if I had 65?"),
        (MONTHS, "pause for 2 or 3 months"),
        (MONTHS, "pause for 2 to 3 months"),
        (MONTHS, "pause for at least 2 months"),
        (MONTHS, "How much does a pause of 2 months cost?"),
        (KEYS, "I do not have 2 keys"),
        (IMPORTE, "la factura no es de 59 €"),
        (IMPORTE, "si la factura es de 59 €, ¿qué pasa?"),
        (MAIL, "my email is not a@x.example"),
        (JOB, "I'm not a contractor"),
        (JOB, "Is a contractor eligible?"),
        (JOB, "If I were self-employed, what then?"),
        (JOB, "I was a contractor but am permanent"),
        (RETURN, "Do you offer home pick-up?"),
        (RETURN, "How much is home pickup?"),
        (MARITAL, "My sister is divorced"),
        (MARITAL, "I got married in 2010 and divorced in 2020"),
    ],
)
def test_what_is_not_stated_is_not_taken(fact: DataPoint, message: str) -> None:
    """Denied, supposed, asked, a bound or range, another's, past, or an example."""
    language = "es" if fact is IMPORTE else "en"
    assert values(message, fact, language=language) == {}


@pytest.mark.parametrize(
    "message",
    [
        "My balance was $500 and now it is $700.",
        "My balance is $500. Sorry, $700.",
        "My balance is $500. My balance is $700.",
        "Account balance: $500\nAccount balance: $700",
    ],
)
def test_two_values_for_one_fact_give_none(message: str) -> None:
    """Nobody guesses which of two amounts is meant."""
    assert values(message, BALANCE) == {}


def test_each_span_goes_to_the_fact_that_it_is_about() -> None:
    """Several facts of one type in one sentence."""
    found = values(
        "My account balance is $5,000 and I want to withdraw $1,000.", BALANCE, REQUESTED
    )
    assert found == {"account_balance": 5000, "requested_amount": 1000}
    found = values("My loan balance is $500, my account balance is $9,000", BALANCE, LOAN)
    assert found == {"account_balance": 9000, "loan_balance": 500}
    found = values("I was hired on 1 May 2020 and terminated on 3 March 2026.", HIRED, LEFT)
    assert found == {"hire_date": "2020-05-01", "termination_date": "2026-03-03"}


def test_a_span_that_fits_two_facts_equally_goes_to_none() -> None:
    """Two data points of the same name cannot both, nor one of them, have the value."""
    twins = (point("Loan amount", CURRENCY, key="one"), point("Loan amount", CURRENCY, key="two"))
    assert values("my loan is $500", *twins) == {}


def test_the_newest_message_decides() -> None:
    """A newer value replaces an older one; a newer doubt does too; thanks say nothing."""
    old = "My account balance is exactly $500"
    assert values(["The balance is $700 now", old], BALANCE) == {"account_balance": 700}
    assert values(["Thanks!", old], BALANCE) == {"account_balance": 500}
    assert values(["The balance is $700. The balance is $800.", old], BALANCE) == {}


@pytest.mark.parametrize("source", [FactSource.PROFILE, FactSource.AGENT])
def test_facts_of_systems_and_agents_are_never_taken_from_messages(source: FactSource) -> None:
    """Whatever the customer says, only the workflow supplies them."""
    fact = point("Account balance", CURRENCY, source=source, question="What is your balance?")
    message = "Account balance: $500. My account balance is $500."
    assert facts_in_messages([fact], [message], ["What is your balance?"], "en") == {}


@pytest.mark.parametrize(
    ("message", "fact"),
    [
        ("my account password is Hunter2024 for the order", ORDER),
        ("the one-time code for my order is 482913", ORDER),
        ("order number 4111 1111 1111 1111", ORDER),
        ("Order number: 4111111111111111", ORDER),
        ("mi contraseña del pedido es Hunter2024", ORDER),
    ],
)
def test_secrets_are_never_taken_as_another_fact(message: str, fact: DataPoint) -> None:
    """What stands beside a password or code, and card numbers, are nobody's order number."""
    assert values(message, fact) == {}


@pytest.mark.parametrize(
    ("message", "fact", "value"),
    [
        ("Account balance: 5000", BALANCE, 5000),
        ("Account balance:\n$5,000", BALANCE, 5000),
        ("* Account balance = -$50", BALANCE, -50),
        ("**Employer name:** Tolka Foods", EMPLOYER, "Tolka Foods"),
        ("Order number: 48213377 (from May)", ORDER, "48213377"),
        ("Date of birth: 3.5.1980", BORN, "3.5.1980"),
        ("Employment type: contractor", JOB, "Contractor"),
    ],
)
def test_lines_of_web_forms(message: str, fact: DataPoint, value: object) -> None:
    """`Label: value`, on one line or two."""
    assert values(f"Hello\n{message}\nThanks", fact) == {fact.key: value}


@pytest.mark.parametrize(
    ("message", "fact"),
    [
        ("Account balance: n/a", BALANCE),
        ("Account balance:", BALANCE),
        ("Account balance: see attachment", BALANCE),
        ("Order number: I don't have it", ORDER),
        ("Employer name: ?", EMPLOYER),
        ("Employer name: who?", EMPLOYER),
        ("Employer name: " + "x" * 500, EMPLOYER),
    ],
)
def test_form_lines_without_a_value(message: str, fact: DataPoint) -> None:
    """An empty, unknown or unfit entry is no fact."""
    assert values(message, fact) == {}


def test_a_boolean_on_a_form_line() -> None:
    """Yes and no beside the label count; elsewhere in a text they do not."""
    fact = point("Physical damage", DataType.BOOLEAN)
    assert values("Physical damage: no", fact) == {"physical_damage": False}
    assert values("no, I have no idea about damage", fact) == {}


def test_names_in_other_languages_count() -> None:
    """A translated label connects a Spanish message to an English article."""
    fact = point(
        "Pause length in months",
        NUMBER,
        key="pause_months",
        translations={"es": Wording(label="Meses de pausa", question="¿Cuántos meses quieres?")},
    )
    assert values("quiero pausar 2 meses", fact, language="es") == {"pause_months": 2}


@pytest.mark.parametrize("messages", [[], [""], ["   \n "], ["?!"], ["…"]])
def test_nothing_is_found_in_nothing(messages: list[str]) -> None:
    """Empty messages hold no fact of any type."""
    assert facts_in_messages(EVERY_POINT, messages, ["How much is it?"], "en") == {}


def test_no_data_points_no_facts() -> None:
    """An article that asks for nothing finds nothing."""
    assert facts_in_messages([], ["My balance is $500"], (), "en") == {}


PIECES = st.sampled_from(
    [
        *(
            "$5,000",
            "1.234,56 €",
            "66%",
            "2 months",
            "3 May 2026",
            "03/04/2026",
            "a@x.example",
            "48213377",
        ),
        *(
            "INV-2026-0034",
            "+34 600 123 456",
            "gold",
            "contractor",
            "home pick-up",
            "my",
            "balance",
            "order",
        ),
        *(
            "number",
            "is",
            "not",
            "if",
            "and",
            ",",
            ".",
            "?",
            "\n",
            ":",
            "keys",
            "battery health",
            "new email",
        ),
        *(
            "I am",
            "65",
            "salary",
            "last day",
            "from",
            "to",
            "withdraw",
            "€",
            "-",
            "ñ",
            "’",
            "4111111111111111",
        ),
    ]
)
MESSAGES = st.lists(st.lists(PIECES, max_size=25).map(" ".join) | st.text(max_size=60), max_size=3)


@given(MESSAGES, st.sampled_from(["en", "es", None]))
def test_every_quote_stands_in_a_message(messages: list[str], language: str | None) -> None:
    """Nothing is invented: the quote occurs, and the value can be read from it alone."""
    found = facts_in_messages(EVERY_POINT, messages, (), language)
    by_key = {fact.key: fact for fact in EVERY_POINT}
    for key, fact in found.items():
        assert any(fact.quote in message for message in messages)
        assert _leads_to(by_key[key], fact.quote, fact.value)


def _leads_to(fact: DataPoint, quote: str, value: object) -> bool:
    """Whether a quote says its value, read by simpler means than the ones under test."""
    if fact.choices:
        return [c for c in str(value).casefold() if c.isalnum()] == [
            c for c in quote.casefold() if c.isalnum()
        ]
    if isinstance(value, (int, float)):
        digits = "".join(c for c in quote if c.isdecimal())
        spelled = str(abs(value)).replace(".", "").rstrip("0")
        return spelled.strip("0") in digits or not digits
    days = {"3 May 2026": "2026-05-03"}
    return value in {quote, days.get(quote)}


@given(MESSAGES)
def test_other_facts_of_the_article_take_nothing_away_from_form_lines(messages: list[str]) -> None:
    """A labelled value is found whatever else the message and the article hold."""
    message = "\n".join(["Employer name: Tolka Foods", *messages])
    found = facts_in_messages([EMPLOYER, BALANCE, ORDER], [message], (), "en")
    labels = message.casefold().count("employer")
    assert labels > 1 or found["employer_name"].value == "Tolka Foods"
