FROM ${BASE:-microsoft/windowsservercore:ltsc2016}
#            ^^^^^^^^^^^^^^^^^^^^^^^^^^^ base-deprecated-hub
RUN ver
