"""What Dagster loads: the definitions of the home named by SATUDATA_HOME."""

from orchestration.definitions import definitions

defs = definitions()
