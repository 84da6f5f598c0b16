"""What is in the news: topics that come and go, houses that have views, and the words of dates."""

from collections.abc import Mapping
from types import MappingProxyType

from forethought.evals.headlines.headline import Family
from forethought.evals.headlines.words import lines

EVENTS = lines("""
    Fed meeting
    Fed minutes
    FOMC
    jobs data
    U.S. payrolls
    nonfarm payrolls
    ECB meeting
    Yellen speech
    Bernanke testimony
    Powell speech
    CPI data
    inflation report
    GDP data
    jobless claims
    PMI numbers
    G20 summit
    Jackson Hole
    BOJ decision
    Draghi comments
    Greek vote
    Brexit vote
    Cyprus bailout
    Crimea referendum
    Trump tweet
    U.S. election
    debt ceiling talks
    shutdown
    trade talks
    tariff deadline
    retail sales
    Lehman news
    Spanish bond sale
    Italian budget row
    French election
    Doha talks
    China holiday
    budget
    RBI policy
    Ukraine talks
    Syria strike
    bank stress tests
    earnings season
    Beige Book
    ISM survey
    housing starts
    Davos
    Catalan vote
    Hurricane Sandy
    Ebola scare
    Fukushima
    Dubai debt news
    coronavirus news
    vaccine news
    SVB collapse
    Evergrande
    Omicron
    """)
"""Any asset's; each is in the news for a while and then rests."""

FAMILY_EVENTS: Mapping[Family, tuple[str, ...]] = MappingProxyType(
    {
        "precious": lines("""
        Swiss gold vote
        World Gold Council report
        Dhanteras
        import duty hike
        Akshaya Tritiya
        COT report
        """),
        "energy": lines("""
        OPEC meeting
        EIA data
        API report
        IEA report
        OPEC+ talks
        Saudi price cut
        storm in Gulf
        Iran sanctions
        Nigeria strike
        rig count
        storage report
        """),
        "base": lines("""
        China trade data
        Escondida talks
        LME Week
        Jiangxi outage
        Cobre Panama ruling
        Beijing easing
        """),
        "crypto": lines("""
        ETF decision
        halving
        SEC hearing
        futures expiry
        FTX news
        Tether audit
        El Salvador law
        Musk tweet
        Dencun upgrade
        """),
        "equity": lines("""
        options expiry
        bank earnings
        Big Tech earnings
        index reshuffle
        tax bill
        product launch
        antitrust hearing
        F&O expiry
        """),
    }
)

HOUSES = lines("""
    Goldman Sachs
    Morgan Stanley
    UBS
    Citi
    Commerzbank
    Barclays
    HSBC
    Deutsche Bank
    Credit Suisse
    StanChart
    BofA
    Macquarie
    ING
    TD Securities
    Kotak
    Emkay
    Sharekhan
    SocGen
    RBC
    Natixis
    Nomura
    Saxo
    """)

MONTH_NAMES = (
    "January",
    "Feb",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "Sept",
    "October",
    "Nov",
    "December",
)

RUPEE = {
    1: lines("""
        rupee weighs
        rupee gains cap upside
        weak rupee aids
        rupee slides
        """),
    -1: lines("""
        rupee supports
        strong rupee adds to pressure
        rupee firms
        rupee weighs
        """),
}
"""Clauses on the local currency by direction."""

DESKS: Mapping[Family, tuple[str, ...]] = MappingProxyType(
    {
        "precious": ("PRECIOUS", "METALS", "BULLION"),
        "energy": ("ENERGY", "OIL", "COMMODITIES"),
        "base": ("METALS", "BASE METALS"),
        "crypto": ("CRYPTO", "DIGITAL ASSETS"),
        "equity": ("STOCKS", "MARKET"),
    }
)
"""What stands before a colon or hyphen at the head of a line."""
