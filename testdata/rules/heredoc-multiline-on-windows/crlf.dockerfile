# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
run <<-EOF
#   ^^^^^^ heredoc-multiline-on-windows
	mkdir C:\a

	mkdir C:\b
	EOF
RUN ver
