"""The page on which a person signs in; a locked desk shows the same page."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from clinicdesk.errors import ClinicDeskError, InvalidInputError
from ui.core.buttons import KeyButton
from ui.core.cards import Card
from ui.core.inputs import FieldBox
from ui.core.labels import plain_label
from ui.core.theme import Theme
from ui.shell.rail import Logo

CARD_PX = 380


class SignInPage(QWidget):
    """Asks for login name and password; `submitted` carries both."""

    submitted = Signal(str, str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._title = plain_label("Sign in", "name")
        self._message = plain_label("", "soft", wrap=True)
        self.login_edit, self.password_edit = QLineEdit(), QLineEdit()
        self.password_edit.setEchoMode(QLineEdit.EchoMode.Password)
        self._login = FieldBox("Login name", self.login_edit)
        self._password = FieldBox("Password", self.password_edit)
        self._problem = plain_label("", "error", wrap=True)
        self._problem.hide()
        self.button = KeyButton(theme, "Sign in", key="Return", kind="primary")
        self.button.setShortcut("")
        self.button.clicked.connect(self._submit)
        self.login_edit.returnPressed.connect(self._go_on)
        self.password_edit.returnPressed.connect(self._submit)
        for edit in (self.login_edit, self.password_edit):
            edit.setProperty("kind", "large")
            edit.textEdited.connect(self._clear)
        self._build()

    def _build(self) -> None:
        px = self._theme.px
        card = Card(self._theme, margin_px=28)
        card.setFixedWidth(px(CARD_PX))
        top = QHBoxLayout()
        top.setSpacing(px(10))
        top.addWidget(Logo(self._theme, "brand", 26))
        top.addWidget(self._title, 1)
        card.body.setSpacing(px(12))
        card.body.addLayout(top)
        card.body.addWidget(self._message)
        card.body.addWidget(self._login)
        card.body.addWidget(self._password)
        card.body.addWidget(self._problem)
        card.body.addSpacing(px(4))
        card.body.addWidget(self.button)
        layout = QVBoxLayout(self)
        layout.addStretch(2)
        layout.addWidget(card, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)

    def show_opening(self) -> None:
        """Say that the clinic's data is being opened; names can be typed meanwhile."""
        self._message.setText("Opening the clinic's data…")
        self.button.setEnabled(False)

    def show_ready(self, message: str = "Good to see you. Please sign in to begin.") -> None:
        """Take names and passwords."""
        self._message.setText(message)
        self._title.setText("Sign in")
        self.button.setEnabled(True)

    def show_failure(self, error: ClinicDeskError) -> None:
        """Say why the clinic's data cannot be opened."""
        self._message.setText(error.title)
        self._problem.setText(error.sentence)
        self._problem.show()

    def show_locked(self, name: str, login: str) -> None:
        """Ask the person who locked the desk, or another, to sign in."""
        self._title.setText("Locked")
        self._message.setText(
            f"{name} locked this desk. What was open is kept. Somebody else can sign in here too."
        )
        self.login_edit.setText(login)
        self._clear()
        self._focus()

    def show_other_person(self) -> None:
        """Ask for another person's login name."""
        self.login_edit.clear()
        self._focus()

    def show_error(self, error: ClinicDeskError) -> None:
        """Show why signing in failed, at the field where it names one."""
        field = error.field if isinstance(error, InvalidInputError) else ""
        box = {"login": self._login, "password": self._password}.get(field)
        if box is not None:
            box.set_error(error.sentence)
        else:
            self._problem.setText(error.sentence)
            self._problem.show()
        self.password_edit.selectAll()
        self.password_edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def forget_password(self) -> None:
        """Empty the password once it has been used."""
        self.password_edit.clear()

    def set_busy(self, is_busy: bool) -> None:
        """Hold the button while the password is checked."""
        self.button.setEnabled(not is_busy)

    def showEvent(self, event: QShowEvent) -> None:
        """Put the cursor where the next thing is typed."""
        super().showEvent(event)
        self._focus()

    def _focus(self) -> None:
        edit = self.password_edit if self.login_edit.text() else self.login_edit
        edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def _go_on(self) -> None:
        if self.password_edit.text():
            self._submit()
        else:
            self.password_edit.setFocus(Qt.FocusReason.TabFocusReason)

    def _clear(self) -> None:
        self._login.set_error("")
        self._password.set_error("")
        self._problem.hide()

    def _submit(self) -> None:
        if not self.button.isEnabled():
            return
        self._clear()
        login, password = self.login_edit.text().strip(), self.password_edit.text()
        if not login:
            self._login.set_error("Please enter your login name.")
            self.login_edit.setFocus(Qt.FocusReason.OtherFocusReason)
        elif not password:
            self._password.set_error("Please enter your password.")
            self.password_edit.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.submitted.emit(login, password)
