"""Writes Qt's style sheet from the theme's colours, one small function for each kind of widget."""

from collections.abc import Callable, Mapping

Colours = Mapping[str, str]
Px = Callable[[float], int]


def stylesheet(colours: Colours, px: Px, family: str) -> str:
    """Give the whole style sheet; `px` scales the design's pixels."""
    parts = (_base, _labels, _fields, _tables, _menus, _scroll_bars, _shell)
    return f'* {{ font-family: "{family}"; }}\n' + "\n".join(part(colours, px) for part in parts)


def _base(c: Colours, px: Px) -> str:
    return f"""
    QWidget {{ color: {c["ink"]}; font-size: {px(13)}px; }}
    QToolTip {{ background: {c["rail"]}; color: {c["rail_on"]}; border: none;
        padding: {px(4)}px {px(8)}px; }}
    #panel {{ background: {c["panel"]}; }}
    #page {{ background: {c["background"]}; }}
    QScrollArea {{ border: none; background: transparent; }}
    QScrollArea > QWidget > #scrolled {{ background: transparent; }}
    #line {{ background: {c["line"]}; border: none; }}
    """


def _labels(c: Colours, px: Px) -> str:
    return f"""
    QLabel {{ background: transparent; }}
    QLabel[role="soft"] {{ color: {c["ink_soft"]}; }}
    QLabel[role="faint"] {{ color: {c["ink_faint"]}; }}
    QLabel[role="small"] {{ color: {c["ink_soft"]}; font-size: {px(12)}px; }}
    QLabel[role="strong"] {{ font-weight: 600; }}
    QLabel[role="title"] {{ font-size: {px(17)}px; font-weight: 600; }}
    QLabel[role="heading"] {{ font-size: {px(15)}px; font-weight: 600; }}
    QLabel[role="name"] {{ font-size: {px(20)}px; font-weight: 600; }}
    QLabel[role="figure"] {{ font-size: {px(24)}px; font-weight: 600; }}
    QLabel[role="sum"] {{ font-size: {px(40)}px; font-weight: 700; }}
    QLabel[role="section"] {{ color: {c["ink_faint"]}; font-size: {px(11)}px;
        font-weight: 600; letter-spacing: {px(0.5)}px; }}
    QLabel[role="error"] {{ color: {c["danger"]}; font-size: {px(12)}px; }}
    QLabel[role="note"] {{ color: {c["ink_soft"]}; border: 1px solid {c["line"]};
        border-radius: {px(8)}px; padding: {px(8)}px {px(9)}px; }}
    QLabel[role="warning"] {{ color: {c["warning_ink"]}; background: {c["warning_soft"]};
        border-radius: {px(8)}px; padding: {px(8)}px {px(10)}px; font-weight: 500; }}
    """


def _fields(c: Colours, px: Px) -> str:
    fields = "QLineEdit, QTextEdit, QPlainTextEdit, QSpinBox, QDateEdit, QTimeEdit"
    focused = ", ".join(f"{name}:focus" for name in fields.split(", "))
    wrong = ", ".join(f'{name}[wrong="true"]' for name in fields.split(", "))
    return f"""
    {fields} {{ background: {c["panel"]}; border: 1px solid {c["line"]};
        border-radius: {px(8)}px; padding: {px(6)}px {px(11)}px;
        selection-background-color: {c["brand"]}; selection-color: {c["on_brand"]}; }}
    {focused} {{ border: 1px solid {c["focus"]}; }}
    {wrong} {{ border: 1px solid {c["danger"]}; }}
    QLineEdit[kind="large"] {{ padding: {px(9)}px {px(12)}px; }}
    QLineEdit[kind="sum"] {{ font-size: {px(36)}px; font-weight: 700; padding: 0 {px(6)}px;
        border: 1px solid transparent; margin-left: -{px(7)}px; }}
    QLineEdit[kind="sum"]:focus {{ border: 1px solid {c["focus"]}; }}
    QLineEdit[kind="sum"]:disabled {{ color: {c["ink"]}; background: transparent; }}
    QLineEdit[kind="search"] {{ background: {c["field"]}; padding-left: {px(10)}px; }}
    QLineEdit:disabled {{ color: {c["ink_faint"]}; background: {c["field"]}; }}
    """


def _tables(c: Colours, px: Px) -> str:
    return f"""
    QAbstractItemView {{ background: {c["panel"]}; border: none; outline: none;
        selection-background-color: {c["selected"]}; selection-color: {c["ink"]}; }}
    QTableView {{ gridline-color: {c["line_soft"]}; }}
    QTableView::item {{ padding: 0 {px(12)}px; border-bottom: 1px solid {c["line_soft"]}; }}
    QAbstractItemView::item:hover {{ background: {c["hover"]}; }}
    QAbstractItemView::item:selected {{ background: {c["selected"]}; color: {c["ink"]}; }}
    QHeaderView {{ background: {c["panel"]}; border: none; }}
    QHeaderView::section {{ background: {c["panel"]}; color: {c["ink_faint"]}; border: none;
        border-bottom: 1px solid {c["line"]}; padding: {px(9)}px {px(14)}px;
        font-size: {px(11)}px; font-weight: 600; }}
    """


def _menus(c: Colours, px: Px) -> str:
    return f"""
    QMenu {{ background: {c["panel"]}; border: 1px solid {c["line"]};
        border-radius: {px(8)}px; padding: {px(4)}px; }}
    QMenu::item {{ padding: {px(7)}px {px(24)}px {px(7)}px {px(12)}px;
        border-radius: {px(6)}px; }}
    QMenu::item:selected {{ background: {c["selected"]}; }}
    QMenu::item:disabled {{ color: {c["ink_faint"]}; }}
    QMenu::separator {{ height: 1px; background: {c["line"]}; margin: {px(4)}px {px(8)}px; }}
    QComboBox QAbstractItemView {{ border: 1px solid {c["line"]}; padding: {px(4)}px; }}
    """


def _scroll_bars(c: Colours, px: Px) -> str:
    return f"""
    QAbstractScrollArea::corner {{ background: transparent; border: none; }}
    QScrollBar {{ background: transparent; border: none; margin: 0; }}
    QScrollBar:vertical {{ width: {px(10)}px; }}
    QScrollBar:horizontal {{ height: {px(10)}px; }}
    QScrollBar::handle {{ background: {c["line"]}; border-radius: {px(4)}px; margin: {px(2)}px; }}
    QScrollBar::handle:hover {{ background: {c["ink_faint"]}; }}
    QScrollBar::handle:vertical {{ min-height: {px(32)}px; }}
    QScrollBar::handle:horizontal {{ min-width: {px(32)}px; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
    """


def _shell(c: Colours, px: Px) -> str:
    return f"""
    #rail {{ background: {c["rail"]}; }}
    #topbar {{ background: {c["panel"]}; border-bottom: 1px solid {c["line"]}; }}
    #statusbar {{ background: {c["panel"]}; border-top: 1px solid {c["line"]}; }}
    #statusbar QLabel {{ color: {c["ink_soft"]}; font-size: {px(12)}px; }}
    #statusbar QPushButton {{ border: none; background: transparent; padding: 0;
        color: {c["ink_soft"]}; font-size: {px(12)}px; }}
    #statusbar QPushButton:focus, #statusbar QPushButton:hover {{ text-decoration: underline; }}
    #movebar {{ background: {c["warning_soft"]}; border-bottom: 1px solid {c["line"]}; }}
    #movebar QLabel {{ color: {c["warning_ink"]}; }}
    #reader QLabel {{ color: {c["rail_ink"]}; }}
    #reader QLabel[role="heading"] {{ color: {c["rail_on"]}; }}
    #leftpanel {{ background: {c["panel"]}; border-right: 1px solid {c["line"]}; }}
    #sections, #sections:focus {{ background: transparent; border: none; }}
    #sections::item {{ padding: {px(8)}px {px(10)}px; border-radius: {px(8)}px;
        margin: {px(1)}px 0; }}
    #sections::item:selected {{ background: {c["selected"]}; color: {c["brand"]};
        font-weight: 600; }}
    #sections::item:selected:focus {{ border: 1px solid {c["focus"]}; }}
    #rightpanel {{ background: {c["panel"]}; border-left: 1px solid {c["line"]}; }}
    """
