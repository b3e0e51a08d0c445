"""The explorer. Run it with `throughline explore`; `ui/explorer/launch.py` has the settings."""

import streamlit as st

from ui.explorer import frame

st.set_page_config(layout="wide")
frame.show(st.navigation(frame.pages(), position="top"))
