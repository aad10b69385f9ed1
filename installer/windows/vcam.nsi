; Compiled by makensis, but the installer it makes is not yet run.
; makensis -DVERSION=1.2.0 -DTREE=dist\vcam -DUNITY=UnityCapture\Install installer\windows\vcam.nsi
Unicode true
!include "MUI2.nsh"
!include "x64.nsh"

!ifndef VERSION
  !error "name the version: -DVERSION=1.2.0"
!endif
!define KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\vcam"

Name "Enhanced Camera"
OutFile "vcam-${VERSION}-setup.exe"
InstallDir "$PROGRAMFILES64\vcam"
RequestExecutionLevel admin
SetCompressor /SOLID lzma

!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "SimpChinese"
!insertmacro MUI_LANGUAGE "TradChinese"

; The daemon itself removes its devices; the tray is ended as it is, for it keeps nothing. What runs
; holds its files.
!macro End
  nsExec::Exec /TIMEOUT=30000 '"$INSTDIR\vcam.exe" stop'
  Pop $0
  nsExec::Exec 'taskkill /F /IM vcamw.exe /IM vcam.exe'
  Pop $0
  Sleep 1000
!macroend

Section "vcam"
  SetShellVarContext all
  !insertmacro End
  RMDir /r "$INSTDIR\_internal" ; of an older version, whose number would be told
  SetOutPath "$INSTDIR"
  File /r "${TREE}/*"
  SetOutPath "$INSTDIR\UnityCapture"
  File "${UNITY}/UnityCaptureFilter32.dll"
  File "${UNITY}/UnityCaptureFilter64.dll"
  ; The name that programs show for the camera is given when the filter is registered.
  ExecWait 'regsvr32 /s "/i:UnityCaptureName=Enhanced Camera" "$INSTDIR\UnityCapture\UnityCaptureFilter32.dll"'
  ExecWait 'regsvr32 /s "/i:UnityCaptureName=Enhanced Camera" "$INSTDIR\UnityCapture\UnityCaptureFilter64.dll"'
  SetOutPath "$INSTDIR" ; where the shortcut starts
  CreateShortcut "$SMPROGRAMS\Enhanced Camera.lnk" "$INSTDIR\vcamw.exe" "tray --settings"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  WriteRegStr HKLM "${KEY}" "DisplayName" "Enhanced Camera"
  WriteRegStr HKLM "${KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKLM "${KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
SectionEnd

Section "Uninstall"
  SetShellVarContext all
  !insertmacro End
  ExecWait 'regsvr32 /s /u "$INSTDIR\UnityCapture\UnityCaptureFilter32.dll"'
  ExecWait 'regsvr32 /s /u "$INSTDIR\UnityCapture\UnityCaptureFilter64.dll"'
  Delete "$SMPROGRAMS\Enhanced Camera.lnk"
  DeleteRegValue HKCU "Software\Microsoft\Windows\CurrentVersion\Run" "vcam"
  DeleteRegKey HKLM "${KEY}"
  RMDir /r /REBOOTOK "$INSTDIR" ; a call may still hold the camera's filter
SectionEnd
