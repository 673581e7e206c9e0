"""The look: readable in both modes, its own type, following the system."""

import sys
from itertools import product

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontInfo, QFontMetricsF, QGuiApplication, QImage, QPainter
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from clinicdesk.bundled import resources_dir
from clinicdesk.schedule.records import AppointmentStatus
from ui.core.icons import draw_icon
from ui.core.labels import plain_label
from ui.core.theme import Mode, Theme, Tone

TEXT, MARK = 4.5, 3.0
GROUNDS = ("background", "panel", "field", "hover", "line_soft", "selected", "board")
INKS = ("ink", "ink_soft", "ink_faint", "brand", "danger")
PAIRS = [
    ("on_brand", "brand"),
    ("on_brand", "brand_hover"),
    ("brand", "brand_soft"),
    ("on_danger", "danger"),
    ("on_now", "now_line"),
    ("warning_ink", "warning_soft"),
    ("warning_ink", "panel"),
    ("rail_ink", "rail"),
    ("rail_on", "rail_active"),
    ("rail_on", "rail_person"),
    *product(INKS, GROUNDS),
]
MARKS = [("now_line", "panel"), ("good_mark", "panel"), ("warn_mark", "panel"), ("focus", "panel")]
MODES = [Mode.LIGHT, Mode.DARK]


def contrast(one: QColor, other: QColor) -> float:
    """WCAG 2.2: relative luminance, and the ratio of two."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: QColor) -> float:
    parts = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (colour.redF(), colour.greenF(), colour.blueF())
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    return Theme()


@pytest.mark.parametrize("mode", MODES)
def test_every_text_can_be_read_on_its_ground(theme: Theme, mode: Mode) -> None:
    theme.mode = mode
    weak = [
        (ink, ground, round(contrast(theme.colour(ink), theme.colour(ground)), 2))
        for ink, ground in PAIRS
        if contrast(theme.colour(ink), theme.colour(ground)) < TEXT
    ]
    assert weak == []


@pytest.mark.parametrize("mode", MODES)
def test_marks_stand_out(theme: Theme, mode: Mode) -> None:
    theme.mode = mode
    panel = theme.colour("panel")
    for mark, ground in MARKS:
        assert contrast(theme.colour(mark), theme.colour(ground)) >= MARK, mark
    for number, accent in enumerate(theme.palette.accents):
        assert contrast(accent, panel) >= MARK, number


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("status", list(AppointmentStatus))
def test_names_and_words_can_be_read_on_every_status(
    theme: Theme, mode: Mode, status: AppointmentStatus
) -> None:
    theme.mode = mode
    colours = theme.palette.status(status)
    fill = colours.fill or theme.colour("panel")
    for ink in (colours.ink, theme.colour("ink"), theme.colour("ink_soft")):
        assert contrast(ink, fill) >= TEXT
    assert contrast(colours.mark, fill) >= MARK
    assert contrast(colours.mark, theme.colour("panel")) >= MARK


def test_every_tone_names_a_status(theme: Theme) -> None:
    assert all(theme.palette.status(tone).ink.isValid() for tone in Tone)


def test_the_bundled_type_is_used_and_figures_can_stand_in_columns(theme: Theme) -> None:
    font = theme.font(tabular=True)
    assert QFontInfo(font).family() == "Inter"
    metrics = QFontMetricsF(font)
    assert metrics.horizontalAdvance("1111") == metrics.horizontalAdvance("8080")
    assert (resources_dir() / "fonts" / "Inter-LICENSE.txt").exists()


def test_sizes_follow_the_scale(theme: Theme) -> None:
    theme.scale = 2.0
    assert (theme.px(16), theme.font().pixelSize()) == (32, 26)


def test_the_theme_can_be_set_and_tells(qtbot: QtBot, theme: Theme) -> None:
    with qtbot.waitSignal(theme.changed):
        theme.set_mode(Mode.DARK)
    assert theme.is_dark
    dark = theme.colour("panel")
    theme.set_mode(Mode.LIGHT)
    assert luminance(theme.colour("panel")) > luminance(dark)
    assert QGuiApplication.palette().window().color() == theme.colour("background")


def test_the_theme_follows_the_system_until_it_is_set(qtbot: QtBot, theme: Theme) -> None:
    hints = QGuiApplication.styleHints()
    with qtbot.waitSignal(theme.changed):
        hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    theme.set_mode(Mode.DARK)
    with qtbot.assertNotEmitted(theme.changed):
        hints.colorSchemeChanged.emit(Qt.ColorScheme.Light)
    theme.set_mode(Mode.LIGHT)


@pytest.mark.parametrize(
    "path", sorted((resources_dir() / "icons").glob("*.svg")), ids=lambda p: p.stem
)
def test_icons_are_drawn_in_the_colour_asked_for(qapp: QApplication, path) -> None:  # type: ignore[no-untyped-def]
    image = QImage(40, 40, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    draw_icon(painter, path.stem, QColor("#ff0000"), QRectF(0, 0, 40, 40))
    painter.end()
    drawn = [image.pixelColor(x, y) for x in range(40) for y in range(40)]
    solid = [colour for colour in drawn if colour.alpha() > 250]
    assert solid
    assert all((c.red(), c.green(), c.blue()) == (255, 0, 0) for c in solid)


def test_labels_show_markup_as_it_was_typed(qapp: QApplication) -> None:
    label = plain_label("<b>Rosa</b>")
    assert label.textFormat() is Qt.TextFormat.PlainText
    assert label.text() == "<b>Rosa</b>"


def test_qt_gives_back_what_it_borrows(qtbot: QtBot) -> None:
    """PySide6 6.12 on Python 3.11 drops a reference to None in every void method."""
    widget = QWidget()
    qtbot.addWidget(widget)
    before = sys.getrefcount(None)
    for _ in range(2000):
        widget.update()
    assert sys.getrefcount(None) > before - 200
