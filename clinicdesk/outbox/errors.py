"""What the queue of messages can say to a person."""

from clinicdesk.errors import RuleError


class MessageNotFailedError(RuleError):
    """Only a message that failed can be tried again."""

    def __init__(self) -> None:
        super().__init__(
            "Only a message that failed can be tried again. This one was sent, or waits already: "
            "please look at the list once more."
        )


class MessageTooLateError(RuleError):
    """The time of what the message is about has passed."""

    def __init__(self) -> None:
        super().__init__("The visit is over, so the message would come too late. Nothing was sent.")
