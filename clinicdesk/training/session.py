"""One training session: the folder of the demo clinic, its clock, secrets and stand-ins."""

from pathlib import Path

from clinicdesk.settings.place import ClinicPlace
from clinicdesk.settings.records import MailSecurity, MailSettings, PaymentSettings
from clinicdesk.settings.secrets import STRIPE_KEY
from clinicdesk.training.clock import TrainingClock
from clinicdesk.training.demo_clinic import PASSWORD
from clinicdesk.training.mail_sink import MailSink
from clinicdesk.training.secrets import TrainingSecrets
from clinicdesk.training.stripe.stand_in import TRAINING_KEY, TrainingStripe

TAP_AFTER_SECONDS = 2.5
SECRETS_FILE = "secrets.json"


class TrainingSession:
    """Runs the stand-ins on loopback; what they were told outlives the program."""

    def __init__(self, folder: Path, *, clock: TrainingClock) -> None:
        self.place = ClinicPlace(folder)
        self.clock = clock
        self.secrets = TrainingSecrets(folder / SECRETS_FILE)
        self.mail = MailSink(folder / "mail")
        self.stripe = TrainingStripe(
            state_path=folder / "stripe.json", clock=clock, auto_present_after_s=TAP_AFTER_SECONDS
        )

    @property
    def password(self) -> str:
        """The password of everybody at the demo clinic."""
        return PASSWORD

    def start(self) -> None:
        """Start the stand-ins."""
        self.place.make_folder()
        self.secrets.set(STRIPE_KEY, TRAINING_KEY)
        self.mail.start()
        self.stripe.start()

    def stop(self) -> None:
        """Stop the stand-ins."""
        self.stripe.stop()
        self.mail.stop()

    def mail_settings(self, sender_address: str) -> MailSettings:
        """Give the settings that send mail to the sink."""
        return MailSettings(
            host="127.0.0.1",
            port=self.mail.port,
            security=MailSecurity.LOOPBACK,
            sender_address=sender_address,
        )

    def payment_settings(self) -> PaymentSettings:
        """Give the settings that take cards at the stand-in."""
        return PaymentSettings(api_base=self.stripe.api_base)
