"""Pages for people: what comes in is checked here, what goes out is said in the reader's words."""

import warnings

from pydantic.warnings import UnsupportedFieldAttributeWarning

# FastAPI builds fields with what only its own parameters understand, and hides pydantic's warning about that with
# ``warnings.catch_warnings``, which one thread undoes for another: the demo printed it at times.
warnings.filterwarnings("ignore", category=UnsupportedFieldAttributeWarning)
