"""Where recordings for the denoiser's training come from, for `export.denoise.gather`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where recordings come from and how to read their paths.

    ``files`` is searched for in the path below FOLDER; its group ``who`` is the speaker or class,
    files alike in ``take`` are slices of one recording.
    """

    repo: str
    licence: str
    files: str
    clean_provenance: bool
    kind: str = "clean"
    acted: bool = False  # raised, sad, shouted…; a speaker's loud and soft utterances stay so
    kept: str = r"(?!)"  # speakers or classes that are for measuring only
    dev: str = r"(?!)"
    depth: float = 20.0  # dB that loud and quiet parts of an utterance lie apart, at least
    cap: float = 900.0  # seconds of one speaker or class
    mixed: bool = False  # noises among music and voices, which are to be left out


GPL, NC, BY_SA = "GPL-2+", "CC BY-NC-SA 4.0", "CC BY-SA 3.0"
SOURCES = {
    "ravdess": Source(
        repo="akisaini/DL-Project (RAVDESS)", licence=NC, clean_provenance=False, acted=True,
        files=r"ravdess/(?P<who>Actor_\d\d)/", kept=r"Actor_(19|2\d)", dev=r"Actor_1[78]", depth=30,
    ),
    "nemo": Source(
        repo="amu-cai/nEMO", licence=NC, clean_provenance=False, acted=True,
        files=r"samples/(?P<who>\w{3})_", kept=r"IC0|SM0|KD0", dev=r"WR0",
    ),
    "emodb": Source(
        repo="sylaschacko/voice-emotion-analysis (EmoDB)", licence="free use, as EmoDB says",
        clean_provenance=False, acted=True, files=r"wav/(?P<who>\d\d)",
    ),
    "hedgewars": Source(
        repo="Debian: hedgewars-data", licence="GFDL 1.3", clean_provenance=True, acted=True,
        files=r"Sounds/voices/(?!Robot)(?P<who>[^/]+)/", depth=15,
    ),
    "nexuiz": Source(
        repo="Debian: nexuiz-data", licence=GPL, clean_provenance=True, acted=True, depth=15,
        files=r"sound/(player/(?=[^/]+/coms)|(?=announcer/male|tutorial))(?P<who>[^/]+)/",
    ),
    "megaglest": Source(
        repo="Debian: megaglest-data", licence=BY_SA, clean_provenance=True, acted=True, depth=15,
        files=r"factions/(?P<who>\w+/units/(?!golem|dragon|horse|wolf|behemoth|mummy|ghost|daemon)"
        r"[^/]+)/.*_(select|ack)\d*\.wav$",
    ),
    "tuxpaint": Source(
        repo="Debian: tuxpaint-stamps-default", licence=GPL, clean_provenance=True, depth=17,
        files=r"_desc(_(?P<who>[a-zA-Z_]+))?\.(ogg|wav)$",
    ),
    "klettres": Source(
        repo="Debian: klettres-data", licence=GPL, clean_provenance=True, depth=17,
        files=r"klettres/(?!ml)(?P<who>[^/]+)/",
    ),
    "ktuberling": Source(
        repo="Debian: ktuberling-data", licence=GPL, clean_provenance=True, depth=17,
        files=r"ktuberling/sounds/(?!sr@|es|fi|it|nds|nl|pt|sv|gl)(?P<who>[^/]+)/",
    ),
    "asterisk": Source(
        repo="Debian: asterisk-core-sounds-*-g722, decoded by ffmpeg", licence=BY_SA,
        clean_provenance=True, files=r"sounds/(?P<who>\w+)/.*\.wav$", depth=25,
    ),
    "festvox_ru": Source(
        repo="Debian: festvox-ru", licence="BSD-like", clean_provenance=True, depth=30,
        files=r"(?P<who>msu_ru_nsh)_clunits/wav/",
    ),
    "gcin": Source(
        repo="Debian: gcin-voice", licence="CC BY 3.0", clean_provenance=True, depth=0,
        files=r"/ogg/[^/]+/(?P<who>\d)\.ogg$",
    ),
    "dspspeech": Source(
        repo="zhongyuchen/DSPSpeech-20", licence="MIT", clean_provenance=True, depth=38, cap=200,
        files=r"speech_data/(?P<who>\d+)/",
    ),
    "speechcmd": Source(
        repo="manashmandal/DeadSimpleSpeechRecognizer (Speech Commands)", licence="CC BY 4.0",
        clean_provenance=True, depth=38, files=r"data/\w+/(?P<who>[0-9a-f])[0-9a-f]*_nohash",
    ),
    "speechcmd_voices": Source(  # each by itself, where who speaks is what is learned
        repo="manashmandal/DeadSimpleSpeechRecognizer (Speech Commands)", licence="CC BY 4.0",
        clean_provenance=True, depth=38, files=r"data/\w+/(?P<who>[0-9a-f]{8})_nohash",
        dev=r".*[07]$",
    ),
    "speechocean": Source(  # Mandarin speakers' English, every other one a child
        repo="jimbozhang/speechocean762", licence="free for any purpose, as its README says",
        clean_provenance=True, files=r"WAVE/(?P<who>SPEAKER\d+)/", kept=r".*0$", dev=r".*5$",
        depth=25, cap=120,
    ),
    "esc50": Source(
        repo="saraalemadi/DroneAudioDataset (ESC-50)", licence="CC BY-NC 3.0 as a whole",
        # fold 5 and the classes of ESC-10 are for measuring, or in other splits
        files=r"unknown/(?P<take>[1-4]-\d+-[A-Z]-(?P<who>(?!(0|1|10|11|12|20|21|38|40|41)\d\.)\d+))"
        r"\d\.wav$",
        kind="noise", clean_provenance=False,
    ),
    "kitchen20": Source(
        repo="marc-moreaux/kitchen20", licence="Apache-2.0 repository; clips from Freesound",
        # names with a space were cut from videos
        files=r"audio/\d-[\w-]+-(?P<who>\d+)\.wav$", kept=r"(0|1|4|12|16|19)$",
        kind="noise", clean_provenance=False,
    ),
    "cdda": Source(
        repo="Fris0uman/CDDA-Soundpacks", licence="CC BY-SA 4.0", clean_provenance=True,
        files=r"CC-Sounds/(?!speech|deal_damage|mon_death|radio|vehicle|.*engine|environment/weather)"
        r"(?P<who>\w+)/",
        kind="noise",
    ),
    "urbansound": Source(
        repo="Alejandro-131004/AC-II (UrbanSound8K)", licence="CC BY-NC 3.0", kind="noise",
        # not children, dogs (some are in the development set) and music
        files=r"UrbanSound8K/audio/fold\d+/\d+-(?P<who>[014-8])-\d+-\d+\.wav$", cap=1200,
        clean_provenance=False,
    ),
    "drone": Source(
        repo="saraalemadi/DroneAudioDataset", licence="not stated", kind="noise",
        clean_provenance=False, files=r"yes_drone/[^/]*(?P<who>bebop|membo)", cap=900,
    ),
    "keystroke": Source(
        repo="JBFH-Dev/Keystroke-Datasets", licence="MIT", kind="noise", clean_provenance=True,
        files=r"(Zoom|MBPWavs)/.*(?P<who>.)\.wav$", cap=120,
    ),
    "baby": Source(
        repo="giulbia/baby_cry_detection", licence="not stated", kind="noise",
        clean_provenance=False,
        # not its clips of ESC-10
        files=r"data/(?P<who>903|301)[^/]*/(?!\d-\d+-[A-Z]\.)",
    ),
    **{
        name: Source(
            repo=repo, licence=licence, clean_provenance=free, files=files, kind="noise",
            mixed=True, kept=kept, cap=600,
        )
        for name, repo, licence, free, files, kept in (
            # what is kept is in the development set
            ("moodist", "remvze/moodist", "Pixabay Content License or CC0, per file not stated",
             False, r"sounds/(?P<who>\w+/[\w-]+)\.",
             r"places/(laundry|restaurant|super)|rain/rain-on-window|things/(clock|dryer|keyboard)"
             r"|transport/(airplane|train)|urban/busy|.*(binaural|silence|morse|cafe)"),
            ("noisekun", "mateusfg7/Noisekun", "CC0 or CC BY, per file in README.md", True,
             r"sounds/(?P<who>[\w-]+)\.", r"air-plane|train|coffee"),
            ("blanket", "rafaelmardojai/blanket", "CC0, CC BY or public domain, per file", True,
             r"sounds/(?P<who>[\w-]+)\.", r"city|train|coffee"),
            ("berlin", "thomasrosen/berlin_noise", "CC BY 4.0", True, r"audio/(?P<who>[\w-]+)",
             r"(?!)"),
            ("ambienzz", "coldino/AmbienZZZzz", "CC0 or CC BY 3.0, per file in README.md", True,
             r"sounds/(?P<who>[\w-]+)", r"(?!)"),
            ("noisemaker", "starx/Noise-Maker", "Pixabay Content License", False,
             r"tracks/(?P<who>[\w-]+)", r"(?!)"),
            ("alarmclock", "jtgsystems/modern-alarm-clock", "CC0", True,
             r"(?P<who>[\w-]+)\.mp3$", r"(?!)"),
            ("mods", "AntumMT/mod-sounds", "CC0, CC BY or CC BY-SA, per file in README.md", True,
             r"[a-z]+_(?P<who>[a-z]+)[^/]*\.ogg$", r"(?!)"),
            ("lokey", "mcp-tool-shop-org/LoKey-Typer", "CC0", True,
             r"/public/audio/.*?(?P<who>[a-z]+)[^/]*$", r"bell|error"),
            ("openclonk", "openclonk/openclonk", "CC BY 3.0 or CC0, per file", True,
             r"(?P<who>[A-Za-z]+)[^/]*\.(ogg|wav)$", r"(?!)"),
        )
    },
    **{
        f"debian_{package}": Source(
            repo=f"Debian: {package}", licence=licence, clean_provenance=True, kind="noise",
            mixed=True, files=r"(?P<who>[^/]+)/[^/]+$", cap=600,
        )
        for licence, packages in {
            BY_SA: (
                "0ad-data", "megaglest-data", "flare-game", "plee-the-bear-data", "lugaru-data",
            ),
            GPL: (
                "widelands-data", "nexuiz-data", "openarena-data", "boswars-data", "btanks-data",
                "berusky2-data", "freedroidrpg-data", "scorched3d-data", "flightgear-data-base",
                "torcs-data", "etw-data", "tuxpaint-stamps-default", "hedgewars-data",
            ),
            "GPL and CC BY-SA, per file in copyright": (
                "ufoai-sound", "redeclipse-data", "supertuxkart-data", "unknown-horizons",
                "wesnoth-1.16-data", "supertux-data", "warzone2100-data", "freecol",
                "openttd-opensfx", "freeorion-data", "endless-sky-data", "naev-data", "ardentryst",
            ),
            "CC BY-SA 3.0, CC BY, CC0, per file in copyright": ("minetest-data",),
            "GPL-3+": ("colobot-common-sounds",),
            "LGPL-3+": ("oxygen-sounds",),
            "CC0": ("sonic-pi-samples",),
        }.items()
        for package in packages
    },
}  # fmt: skip

VOICED = (
    r"music|/bgm|/mus/|tunes?/|song|theme(?!s?/freedesktop)|jingle|melod|voice|speech|vox|talk"
    r"|announc|speak|narrat|dialog|chant|choir|taunt|laugh|(?<![a-z])pain(?!t)|death|dying|hurt"
    r"|(?<![a-z])die(?!s?el)|scream|(?<![a-z])yell(?!o)|shout|grunt|gasp|ouch|moan|vomit"
    r"|(?<![a-z])cry(?!s|l)|radio|chatter|female|(?<![a-z])male|woman|(?<![a-z])man[\d_.]"
    r"|human(?!/move)|people|player/|guitar|piano|drum(?!s?ti)|title|menu|intro|outro|ending"
    r"|victory|defeat|/win(?!d|[a-z])|fanfare|anthem|bagpipe|harp[\d_.]|trumpet|flute|gong"
    r"|(?<![a-z])sing(?!l|e)|_(select|ack)\d*\.|/(en|cs|de|fr|nl|pl|sv|es)/|/lang|zombie|undead"
    r"|tutorial|campaign|robotic|coms/|monsters?/|hello|(?<![a-z])(yes(?![a-z])|no[\d.])|command"
    r"|silence|(?<!s)tone[\d_.]|sine|synth|bass(?!e)|loop_|mehackit|ambi_|elec_|perc_|tabla"
    r"|(?<![a-z])(bd|sn)_|hurt|confirm|clonk\.ocg/(skin|action)|alarm\."
)
"""What a path says of a voice or music in it."""
