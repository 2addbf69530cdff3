@echo off
rem Finds a Python that this bundle has wheels for and hands over to start.py.
setlocal
set "HERE=%~dp0"
set PY=
call :try "%HERE%python\python.exe"
call :try py
call :try python
call :try py -3.13
call :try py -3.12
call :try py -3.11
if not defined PY goto none
call %PY% -I -S -X utf8 "%HERE%start.py" %*
set STATUS=%errorlevel%
if not "%STATUS%"=="0" if "%~1"=="" pause
exit /b %STATUS%

:none
chcp 65001 >nul
type "%HERE%no-python.txt"
if "%~1"=="" pause
exit /b 2

:try
if defined PY exit /b 0
call %* -I -S -c "import json, sys; sys.exit('.'.join(map(str, sys.version_info[:2])) not in json.load(open(sys.argv[1]))['pythons'])" "%HERE%bundle.json" >nul 2>nul
if not errorlevel 1 set PY=%*
exit /b 0
