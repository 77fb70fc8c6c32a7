# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
onbuild run netsh advfirewall `
#           ^^^^^^^^^^^^^^^^^^^... defender-firewall-disabled
  set allprofiles `
  state off
RUN ["netsh", "advfirewall", "set", "allprofiles", "state", "off"]
#    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ defender-firewall-disabled
RUN ver || netsh advfirewall set allprofiles state off
#          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ defender-firewall-disabled
RUN ver && `
  # why
  netsh advfirewall set allprofiles state off
# ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ defender-firewall-disabled
RUN netsh advfirewall set allprofiles state off
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ defender-firewall-disabled
