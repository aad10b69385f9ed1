<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_TW">
<context>
    <name></name>
    <message>
        <source>Enhanced Camera</source>
        <translation>Enhanced Camera</translation>
    </message>
    <message>
        <source>A call is using the camera or the microphone.</source>
        <translation>通話正在使用攝影機或麥克風。</translation>
    </message>
    <message>
        <source>A recording is running.</source>
        <translation>正在錄影。</translation>
    </message>
    <message>
        <source>A recording is being enhanced, and is not finished then.</source>
        <translation>正在增強一段錄影，現在結束就不會完成。</translation>
    </message>
    <message>
        <source>Stop the camera and the microphone too?</source>
        <translation>也要停止攝影機和麥克風嗎？</translation>
    </message>
    <message>
        <source>Stop them</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Keep them running</source>
        <translation>繼續執行</translation>
    </message>
    <message>
        <source>The recording is enhanced</source>
        <translation>錄影已增強</translation>
    </message>
    <message>
        <source>Enhance a recording</source>
        <translation>增強錄影</translation>
    </message>
    <message>
        <source>Your desktop shows no tray icons, so this window is the way in. On GNOME, the AppIndicator extension brings the icon back.</source>
        <translation>您的桌面不顯示系統匣圖示，請改用這個視窗。在 GNOME 上安裝 AppIndicator 擴充套件即可顯示圖示。</translation>
    </message>
    <message>
        <source>Camera</source>
        <translation>攝影機</translation>
    </message>
    <message>
        <source>Background</source>
        <translation>背景</translation>
    </message>
    <message>
        <source>The webcam that is enhanced.</source>
        <translation>要增強的攝影機。</translation>
    </message>
    <message>
        <source>The microphone that is enhanced.</source>
        <translation>要增強的麥克風。</translation>
    </message>
    <message>
        <source>180°</source>
        <translation>180°</translation>
    </message>
    <message>
        <source>How far to the right the picture is turned, of a camera that hangs askew.</source>
        <translation>攝影機裝歪時，畫面要向右轉多少。</translation>
    </message>
    <message>
        <source>Turned by</source>
        <translation>轉正角度</translation>
    </message>
    <message>
        <source>0°</source>
        <translation>0°</translation>
    </message>
    <message>
        <source>90°</source>
        <translation>90°</translation>
    </message>
    <message>
        <source>270°</source>
        <translation>270°</translation>
    </message>
    <message>
        <source>Width</source>
        <translation>寬度</translation>
    </message>
    <message>
        <source>How wide the Enhanced Camera&apos;s picture is.</source>
        <translation>Enhanced Camera 畫面的寬度。</translation>
    </message>
    <message>
        <source>Height</source>
        <translation>高度</translation>
    </message>
    <message>
        <source>How high the Enhanced Camera&apos;s picture is.</source>
        <translation>Enhanced Camera 畫面的高度。</translation>
    </message>
    <message>
        <source>Frame rate</source>
        <translation>影格率</translation>
    </message>
    <message>
        <source>How many pictures a second the Enhanced Camera gives at most.</source>
        <translation>Enhanced Camera 每秒最多提供的畫面數。</translation>
    </message>
    <message>
        <source>What is seen in place of the room behind you.</source>
        <translation>取代您身後房間的畫面。</translation>
    </message>
    <message>
        <source>Blur strength</source>
        <translation>模糊程度</translation>
    </message>
    <message>
        <source>How far the room is out of focus.</source>
        <translation>房間失焦的程度。</translation>
    </message>
    <message>
        <source>Darker</source>
        <translation>調暗</translation>
    </message>
    <message>
        <source>How much light the background loses, so that you stand out; below 0 it gains.</source>
        <translation>背景減少多少光線，讓您更醒目；小於 0 則變亮。</translation>
    </message>
    <message>
        <source>Less colour</source>
        <translation>減少色彩</translation>
    </message>
    <message>
        <source>How much colour the background loses; at 100 % it is grey.</source>
        <translation>背景減少多少色彩；100 % 時為灰階。</translation>
    </message>
    <message>
        <source>Soft edge</source>
        <translation>柔邊</translation>
    </message>
    <message>
        <source>How wide you fade into the background, in a picture 720 px high.</source>
        <translation>您與背景交界處的柔化寬度，以 720 px 高的畫面為準。</translation>
    </message>
    <message>
        <source>Who is in</source>
        <translation>誰入鏡</translation>
    </message>
    <message>
        <source>Of several people; in a call, a click on a face in the picture makes it you alone.</source>
        <translation>有好幾個人時使用；通話中點一下畫面上的某張臉，就只有那個人入鏡。</translation>
    </message>
    <message>
        <source>All</source>
        <translation>所有人</translation>
    </message>
    <message>
        <source>Nearest</source>
        <translation>最近的人</translation>
    </message>
    <message>
        <source>Only me</source>
        <translation>只有我</translation>
    </message>
    <message>
        <source>Automatic brightness</source>
        <translation>自動亮度</translation>
    </message>
    <message>
        <source>Lifts your face out of the dark, gently.</source>
        <translation>自然地提亮您的臉部。</translation>
    </message>
    <message>
        <source>Less noise in the dark</source>
        <translation>暗處降噪</translation>
    </message>
    <message>
        <source>Takes the camera&apos;s noise out of the picture where there is any.</source>
        <translation>在畫面有雜訊時去除攝影機的雜訊。</translation>
    </message>
    <message>
        <source>Touch-up</source>
        <translation>美膚</translation>
    </message>
    <message>
        <source>Evens out your face&apos;s skin; eyes, hair, glasses and beards stay as they are.</source>
        <translation>讓臉部肌膚更均勻；眼睛、頭髮、眼鏡和鬍鬚維持原樣。</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>關閉</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>輕微</translation>
    </message>
    <message>
        <source>Strong</source>
        <translation>強</translation>
    </message>
    <message>
        <source>Your brightness</source>
        <translation>您的亮度</translation>
    </message>
    <message>
        <source>Makes you brighter or darker, and leaves the room as it is.</source>
        <translation>讓您變亮或變暗，房間維持原樣。</translation>
    </message>
    <message>
        <source>Portrait light</source>
        <translation>人像光</translation>
    </message>
    <message>
        <source>A soft lamp from the side that follows your face.</source>
        <translation>從側面照來、跟隨您臉部的柔光。</translation>
    </message>
    <message>
        <source>Colour of the light</source>
        <translation>光的顏色</translation>
    </message>
    <message>
        <source>From cool to warm; 0 is white.</source>
        <translation>由冷到暖；0 為白光。</translation>
    </message>
    <message>
        <source>Automatic framing</source>
        <translation>自動取景</translation>
    </message>
    <message>
        <source>The picture follows you and keeps you in its middle, with all that are there.</source>
        <translation>畫面跟著您移動，讓您和在場的人都在中央。</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>縮放</translation>
    </message>
    <message>
        <source>How much nearer you are.</source>
        <translation>把您拉近多少。</translation>
    </message>
    <message>
        <source>Left or right</source>
        <translation>左右位置</translation>
    </message>
    <message>
        <source>Which part of the zoomed picture is shown.</source>
        <translation>放大後顯示畫面的哪個部分。</translation>
    </message>
    <message>
        <source>Up or down</source>
        <translation>上下位置</translation>
    </message>
    <message>
        <source>Mirror the picture</source>
        <translation>鏡像畫面</translation>
    </message>
    <message>
        <source>Others see you as in a mirror; writing is reversed.</source>
        <translation>他人會看到左右相反的畫面，文字也左右相反。</translation>
    </message>
    <message>
        <source>How much of the noise is taken away.</source>
        <translation>去除噪音的程度。</translation>
    </message>
    <message>
        <source>The best one listens 20 ms ahead and holds the voice back for as long. Automatic takes it for recordings, and in calls while there is a picture.</source>
        <translation>「最佳」會多聽之後的 20 毫秒，聲音也因此晚 20 毫秒送出。「自動」在處理錄影時，以及通話中有畫面時會使用它。</translation>
    </message>
    <message>
        <source>Whose voice</source>
        <translation>聽誰的聲音</translation>
    </message>
    <message>
        <source>Only me lowers other voices in the room, once yours has been learned: from ten seconds recorded with this microphone, or from your lips while you speak.</source>
        <translation>「只有我」會在認得您的聲音後，降低房間裡其他人的聲音；用這支麥克風錄十秒，或在您說話時看著您的嘴唇，就能認得。</translation>
    </message>
    <message>
        <source>Everyone</source>
        <translation>所有人</translation>
    </message>
    <message>
        <source>Your voice</source>
        <translation>您的聲音</translation>
    </message>
    <message>
        <source>How your voice sounds, as numbers that nobody can hear; they stay here.</source>
        <translation>以一組數字記錄您聲音的特徵，無法播放，而且只留在這台電腦上。</translation>
    </message>
    <message>
        <source>Your face</source>
        <translation>您的臉</translation>
    </message>
    <message>
        <source>Who you are: the most prominent face, or one by its number. With everyone, the lips of all faces on camera count.</source>
        <translation>您是誰：最顯眼的臉，或指定編號的臉。選擇所有人時，鏡頭前每張臉的嘴唇都會納入判斷。</translation>
    </message>
    <message>
        <source>Echo cancellation</source>
        <translation>回音消除</translation>
    </message>
    <message>
        <source>What your loudspeakers play is taken out of your microphone. Auto rests while you wear headphones.</source>
        <translation>把喇叭播放的聲音從您的麥克風中去除；「自動」在您戴耳機時不作用。</translation>
    </message>
    <message>
        <source>Automatic level</source>
        <translation>自動音量</translation>
    </message>
    <message>
        <source>Brings your voice to an even loudness; noise is not lifted. Most meeting programs do so themselves.</source>
        <translation>讓您的語音維持一致的響度；噪音不會被放大。多數會議程式本身就有這項功能。</translation>
    </message>
    <message>
        <source>Noise in the voices of others fades, in programs that play on the Enhanced Speaker.</source>
        <translation>程式透過 Enhanced Speaker 播放時，他人聲音裡的噪音會淡去。</translation>
    </message>
    <message>
        <source>Hints</source>
        <translation>提示</translation>
    </message>
    <message>
        <source>Says once in a call when facing the camera would help the sound.</source>
        <translation>面向攝影機能改善聲音時，每次通話提醒一次。</translation>
    </message>
    <message>
        <source>Sends the camera and the microphone as they are.</source>
        <translation>直接送出攝影機與麥克風的原始內容。</translation>
    </message>
    <message>
        <source>Others see a standby card in place of you.</source>
        <translation>他人會看到待機畫面。</translation>
    </message>
    <message>
        <source>Mute</source>
        <translation>靜音</translation>
    </message>
    <message>
        <source>Others hear silence in place of you.</source>
        <translation>他人聽不到您的聲音。</translation>
    </message>
    <message>
        <source>Away</source>
        <translation>暫時離開</translation>
    </message>
    <message>
        <source>The camera is paused and the microphone muted, until you are back.</source>
        <translation>攝影機暫停、麥克風靜音，直到您回來。</translation>
    </message>
    <message>
        <source>Hear yourself live</source>
        <translation>即時聽自己的聲音</translation>
    </message>
    <message>
        <source>Plays what others would hear to you; wear headphones, or it howls.</source>
        <translation>播放他人會聽到的聲音給您聽；請戴耳機，否則會產生嘯叫。</translation>
    </message>
    <message>
        <source>Keeps what others see and hear in your folder of videos.</source>
        <translation>將他人看到與聽到的內容存到您的影片資料夾。</translation>
    </message>
    <message>
        <source>Preview of what others see</source>
        <translation>預覽他人看到的畫面</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>處理前</translation>
    </message>
    <message>
        <source>After</source>
        <translation>處理後</translation>
    </message>
    <message>
        <source>Microphone</source>
        <translation>麥克風</translation>
    </message>
    <message>
        <source>Automatic ({name})</source>
        <translation>自動（{name}）</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>自動</translation>
    </message>
    <message>
        <source>Demo picture</source>
        <translation>示範畫面</translation>
    </message>
    <message>
        <source>Demo voice</source>
        <translation>示範語音</translation>
    </message>
    <message>
        <source>{name} (not connected)</source>
        <translation>{name}（未連接）</translation>
    </message>
    <message>
        <source>Welcome</source>
        <translation>歡迎</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>上一步</translation>
    </message>
    <message>
        <source>Choose your devices</source>
        <translation>選擇裝置</translation>
    </message>
    <message>
        <source>Say something: the bar moves when you are heard.</source>
        <translation>說說話：聽得到時音量條就會移動。</translation>
    </message>
    <message>
        <source>See yourself</source>
        <translation>看看自己</translation>
    </message>
    <message>
        <source>This is what others will see. Choose what is behind you.</source>
        <translation>這就是他人將看到的畫面。選擇您身後的背景。</translation>
    </message>
    <message>
        <source>Use it in your call</source>
        <translation>在通話中使用</translation>
    </message>
    <message>
        <source>Every app lists it beside your other devices. Choose it once.</source>
        <translation>每個應用程式都會將它與您的其他裝置並列，只需選擇一次。</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>下一步</translation>
    </message>
    <message>
        <source>The camera service is being started…</source>
        <translation>正在啟動攝影機服務…</translation>
    </message>
    <message>
        <source>The camera service is not running.</source>
        <translation>攝影機服務未在執行。</translation>
    </message>
    <message>
        <source>Start it</source>
        <translation>啟動</translation>
    </message>
    <message>
        <source>Step {n} of {all}</source>
        <translation>第 {n} 步，共 {all} 步</translation>
    </message>
    <message>
        <source>Click the arrow beside Video and beside Mute, then choose {camera} and {mic}.</source>
        <translation>點選「視訊」與「靜音」旁的箭頭，然後選擇 {camera} 與 {mic}。</translation>
    </message>
    <message>
        <source>⋮ → Settings → Video and Audio, then choose {camera} and {mic}.</source>
        <translation>⋮ → 設定 → 視訊與音訊，然後選擇 {camera} 與 {mic}。</translation>
    </message>
    <message>
        <source>⋯ → Settings → Devices, then choose {camera} and {mic}.</source>
        <translation>⋯ → 設定 → 裝置，然後選擇 {camera} 與 {mic}。</translation>
    </message>
    <message>
        <source>Other apps</source>
        <translation>其他應用程式</translation>
    </message>
    <message>
        <source>Look for the camera {camera} and the microphone {mic} in the app&apos;s settings.</source>
        <translation>在應用程式的設定中選擇攝影機 {camera} 與麥克風 {mic}。</translation>
    </message>
    <message>
        <source>Switch off the app&apos;s own blur and noise suppression: one is enough.</source>
        <translation>請關閉應用程式本身的模糊與降噪功能：一種就夠了。</translation>
    </message>
    <message>
        <source>None</source>
        <translation>無</translation>
    </message>
    <message>
        <source>Blur</source>
        <translation>模糊</translation>
    </message>
    <message>
        <source>Add…</source>
        <translation>新增…</translation>
    </message>
    <message>
        <source>Add a picture, or drop one here</source>
        <translation>新增圖片，或拖放到這裡</translation>
    </message>
    <message>
        <source>Background colour</source>
        <translation>背景顏色</translation>
    </message>
    <message>
        <source>Choose recordings</source>
        <translation>選擇錄影</translation>
    </message>
    <message>
        <source>Open when done</source>
        <translation>完成後開啟</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Enhance</source>
        <translation>增強</translation>
    </message>
    <message>
        <source>One is being enhanced; choose this again afterwards.</source>
        <translation>正在增強另一段錄影；請在完成後再選擇一次。</translation>
    </message>
    <message>
        <source>As it is</source>
        <translation>維持原樣</translation>
    </message>
    <message>
        <source>Picture…</source>
        <translation>圖片…</translation>
    </message>
    <message>
        <source>Twice</source>
        <translation>兩倍</translation>
    </message>
    <message>
        <source>Four times</source>
        <translation>四倍</translation>
    </message>
    <message>
        <source>Larger and sharper; takes long.</source>
        <translation>更大更清晰；需要較長時間。</translation>
    </message>
    <message>
        <source>People</source>
        <translation>人物</translation>
    </message>
    <message>
        <source>A sound track for each</source>
        <translation>每人一條音軌</translation>
    </message>
    <message>
        <source>Their names</source>
        <translation>姓名</translation>
    </message>
    <message>
        <source>Ann, Ben</source>
        <translation>小安、阿彬</translation>
    </message>
    <message>
        <source>Up to five who are seen, told by their lips, and a track for the rest.</source>
        <translation>最多五位入鏡的人，依唇形分辨；其餘聲音另成一軌。</translation>
    </message>
    <message>
        <source>From left to right.</source>
        <translation>由左至右。</translation>
    </message>
    <message>
        <source>As it is heard</source>
        <translation>依聽到的語言</translation>
    </message>
    <message>
        <source>Write down what is said</source>
        <translation>將說話內容轉成文字</translation>
    </message>
    <message>
        <source>The first time, a speech model of about 480 MB is fetched.</source>
        <translation>第一次會下載約 480 MB 的語音模型。</translation>
    </message>
    <message>
        <source>Choose a background picture</source>
        <translation>選擇背景圖片</translation>
    </message>
    <message>
        <source>Pictures ({patterns})</source>
        <translation>圖片 ({patterns})</translation>
    </message>
    <message>
        <source>{name} is there already. Replace older results?</source>
        <translation>{name} 已經存在。要取代舊的結果嗎？</translation>
    </message>
    <message>
        <source>Replace</source>
        <translation>取代</translation>
    </message>
    <message>
        <source>Done: {name}</source>
        <translation>完成：{name}</translation>
    </message>
    <message>
        <source>None chosen yet; drop some here</source>
        <translation>尚未選擇；可拖放到這裡</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>關閉</translation>
    </message>
    <message>
        <source>Fetching the speech model: {percent} %</source>
        <translation>正在下載語音模型：{percent} %</translation>
    </message>
    <message>
        <source>{percent} % done</source>
        <translation>已完成 {percent} %</translation>
    </message>
    <message>
        <source>less than a minute left</source>
        <translation>剩餘不到一分鐘</translation>
    </message>
    <message>
        <source>about {n} minutes left</source>
        <translation>約剩 {n} 分鐘</translation>
    </message>
    <message>
        <source>about {n} hours left</source>
        <translation>約剩 {n} 小時</translation>
    </message>
    <message>
        <source>Dusk</source>
        <translation>黃昏</translation>
    </message>
    <message>
        <source>Harbour</source>
        <translation>港口夜色</translation>
    </message>
    <message>
        <source>Sunlit wall</source>
        <translation>陽光白牆</translation>
    </message>
    <message>
        <source>Green wall</source>
        <translation>綠牆</translation>
    </message>
    <message>
        <source>Colour…</source>
        <translation>顏色…</translation>
    </message>
    <message>
        <source>Remove from the gallery</source>
        <translation>從圖庫移除</translation>
    </message>
    <message>
        <source>{name} could not be removed ({reason}).</source>
        <translation>無法移除 {name}（{reason}）。</translation>
    </message>
    <message>
        <source>the trash does not take it</source>
        <translation>無法移到垃圾桶</translation>
    </message>
    <message>
        <source>Only pictures on this computer can be added.</source>
        <translation>只能新增這台電腦上的圖片。</translation>
    </message>
    <message>
        <source>Drop here</source>
        <translation>拖放到這裡</translation>
    </message>
    <message>
        <source>Recordings</source>
        <translation>錄影</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>選擇…</translation>
    </message>
    <message>
        <source>This program</source>
        <translation>本程式</translation>
    </message>
    <message>
        <source>Start with the desktop</source>
        <translation>登入時自動啟動</translation>
    </message>
    <message>
        <source>The system&apos;s language</source>
        <translation>系統語言</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>語言</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>顯示</translation>
    </message>
    <message>
        <source>Show the recordings</source>
        <translation>顯示錄影</translation>
    </message>
    <message>
        <source>Your recordings</source>
        <translation>您的錄影</translation>
    </message>
    <message>
        <source>Play, search and enhance them.</source>
        <translation>播放、搜尋與增強。</translation>
    </message>
    <message>
        <source>Cleans up the sound and the picture of files you have.</source>
        <translation>改善您現有檔案的聲音與畫面。</translation>
    </message>
    <message>
        <source>Show the first steps</source>
        <translation>顯示入門步驟</translation>
    </message>
    <message>
        <source>The camera and the microphone are there before your first call.</source>
        <translation>在第一次通話之前，攝影機與麥克風就已備妥。</translation>
    </message>
    <message>
        <source>First steps</source>
        <translation>入門步驟</translation>
    </message>
    <message>
        <source>Choosing devices, and how to use them in a call.</source>
        <translation>選擇裝置，以及如何在通話中使用。</translation>
    </message>
    <message>
        <source>Devices</source>
        <translation>裝置</translation>
    </message>
    <message>
        <source>Picture quality</source>
        <translation>畫質</translation>
    </message>
    <message>
        <source>Voice</source>
        <translation>聲音</translation>
    </message>
    <message>
        <source>In a call</source>
        <translation>通話中</translation>
    </message>
    <message>
        <source>Saves power: 640 × 360, 15 a second</source>
        <translation>省電：640 × 360，每秒 15 張</translation>
    </message>
    <message>
        <source>Balanced: 1280 × 720, 30 a second</source>
        <translation>均衡：1280 × 720，每秒 30 張</translation>
    </message>
    <message>
        <source>Sharp: 1920 × 1080, 30 a second</source>
        <translation>清晰：1920 × 1080，每秒 30 張</translation>
    </message>
    <message>
        <source>{width} × {height}, {fps} a second</source>
        <translation>{width} × {height}，每秒 {fps} 張</translation>
    </message>
    <message>
        <source>A call that is running may have to select the camera again after a change.</source>
        <translation>變更後，進行中的通話可能需要重新選擇攝影機。</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>鍵盤快速鍵</translation>
    </message>
    <message>
        <source>Bind these commands to keys in the keyboard settings of your desktop.</source>
        <translation>在桌面環境的鍵盤設定中，將這些指令綁定到按鍵。</translation>
    </message>
    <message>
        <source>They work while any program is in front.</source>
        <translation>無論哪個程式在前景都有效。</translation>
    </message>
    <message>
        <source>The desktop gives no global keys.</source>
        <translation>桌面環境不提供全域快速鍵。</translation>
    </message>
    <message>
        <source>The preset {name}</source>
        <translation>預設組合「{name}」</translation>
    </message>
    <message>
        <source>All effects off, and on again</source>
        <translation>關閉所有效果，或再開啟</translation>
    </message>
    <message>
        <source>Pause the camera, and on again</source>
        <translation>暫停攝影機，或再開啟</translation>
    </message>
    <message>
        <source>Mute the microphone, and on again</source>
        <translation>麥克風靜音，或再開啟</translation>
    </message>
    <message>
        <source>Away, and back again</source>
        <translation>暫時離開，或再回來</translation>
    </message>
    <message>
        <source>Record, and stop</source>
        <translation>錄影，或停止</translation>
    </message>
    <message>
        <source>Speak through the mute, while held</source>
        <translation>按住說話（靜音時也可以）</translation>
    </message>
    <message>
        <source>Be silent, while held</source>
        <translation>按住靜音</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>複製</translation>
    </message>
    <message>
        <source>Copy {command}</source>
        <translation>複製 {command}</translation>
    </message>
    <message>
        <source>Effects off</source>
        <translation>關閉效果</translation>
    </message>
    <message>
        <source>Pause camera</source>
        <translation>暫停攝影機</translation>
    </message>
    <message>
        <source>Record</source>
        <translation>錄影</translation>
    </message>
    <message>
        <source>The check did not finish; `vcam doctor` in a terminal says why.</source>
        <translation>檢查未完成；在終端機執行 `vcam doctor` 可得知原因。</translation>
    </message>
    <message>
        <source>The check could not be started.</source>
        <translation>無法開始檢查。</translation>
    </message>
    <message>
        <source>{db} decibels</source>
        <translation>{db} 分貝</translation>
    </message>
    <message>
        <source>Noise suppression</source>
        <translation>降噪</translation>
    </message>
    <message>
        <source>Fans, keyboards and streets fade; your voice stays.</source>
        <translation>風扇、鍵盤與街道聲淡去，您的聲音不變。</translation>
    </message>
    <message>
        <source>Strength</source>
        <translation>強度</translation>
    </message>
    <message>
        <source>Fast</source>
        <translation>快速</translation>
    </message>
    <message>
        <source>Best</source>
        <translation>最佳</translation>
    </message>
    <message>
        <source>DTLN, to 8 kHz</source>
        <translation>DTLN（至 8 kHz）</translation>
    </message>
    <message>
        <source>Lip guard</source>
        <translation>唇語輔助</translation>
    </message>
    <message>
        <source>While the camera sees your mouth, voices that are not yours are held back. Nothing is stored.</source>
        <translation>攝影機看得到您的嘴時，會抑制不是您發出的聲音。不會儲存任何內容。</translation>
    </message>
    <message>
        <source>Waiting for the camera.</source>
        <translation>正在等待攝影機。</translation>
    </message>
    <message>
        <source>{number} people are in view, and heard.</source>
        <translation>鏡頭前有 {number} 人，他們的聲音都會保留。</translation>
    </message>
    <message>
        <source>Your face is in view.</source>
        <translation>已看到您的臉。</translation>
    </message>
    <message>
        <source>No face in view; the sound is cleaned without it.</source>
        <translation>看不到臉；僅以聲音降噪。</translation>
    </message>
    <message>
        <source>Whose lips</source>
        <translation>以誰的嘴唇為準</translation>
    </message>
    <message>
        <source>The face in front</source>
        <translation>最前面的臉</translation>
    </message>
    <message>
        <source>Everyone on camera</source>
        <translation>鏡頭前的所有人</translation>
    </message>
    <message>
        <source>The face you chose</source>
        <translation>您選擇的臉</translation>
    </message>
    <message>
        <source>The preview marks whose voice is listened for.</source>
        <translation>預覽畫面會標出聽取的是誰的聲音。</translation>
    </message>
    <message>
        <source>Face {number} from the left</source>
        <translation>左起第 {number} 張臉</translation>
    </message>
    <message>
        <source>Always</source>
        <translation>一律</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>永不</translation>
    </message>
    <message>
        <source>Level of your microphone</source>
        <translation>您的麥克風音量</translation>
    </message>
    <message>
        <source>Level that others hear</source>
        <translation>他人聽到的音量</translation>
    </message>
    <message>
        <source>Your microphone</source>
        <translation>您的麥克風</translation>
    </message>
    <message>
        <source>What others hear</source>
        <translation>他人聽到的聲音</translation>
    </message>
    <message>
        <source>{name} could not be copied ({reason}).</source>
        <translation>無法複製 {name}（{reason}）。</translation>
    </message>
    <message>
        <source>{name} is a folder; drop pictures.</source>
        <translation>{name} 是資料夾；請拖放圖片。</translation>
    </message>
    <message>
        <source>{name} is not there any more.</source>
        <translation>{name} 已不存在。</translation>
    </message>
    <message>
        <source>{name} has more than 60 megapixels.</source>
        <translation>{name} 超過 6000 萬像素。</translation>
    </message>
    <message>
        <source>{name} is too small; it needs at least 120 pixels a side.</source>
        <translation>{name} 太小；每邊至少需要 120 像素。</translation>
    </message>
    <message>
        <source>{name} cannot be read as a picture; it may be damaged.</source>
        <translation>無法讀取圖片 {name}；檔案可能已損壞。</translation>
    </message>
    <message>
        <source>Not running</source>
        <translation>未在執行</translation>
    </message>
    <message>
        <source>Camera: off</source>
        <translation>攝影機：關閉</translation>
    </message>
    <message>
        <source>Microphone: off</source>
        <translation>麥克風：關閉</translation>
    </message>
    <message>
        <source>The camera is not working</source>
        <translation>攝影機無法運作</translation>
    </message>
    <message>
        <source>The microphone is not working</source>
        <translation>麥克風無法運作</translation>
    </message>
    <message>
        <source>The camera needs attention</source>
        <translation>攝影機需要留意</translation>
    </message>
    <message>
        <source>The microphone needs attention</source>
        <translation>麥克風需要留意</translation>
    </message>
    <message>
        <source>You are away</source>
        <translation>您暫時離開中</translation>
    </message>
    <message>
        <source>Microphone muted</source>
        <translation>麥克風已靜音</translation>
    </message>
    <message>
        <source>All effects are off</source>
        <translation>所有效果已關閉</translation>
    </message>
    <message>
        <source>The camera is paused</source>
        <translation>攝影機已暫停</translation>
    </message>
    <message>
        <source>Live</source>
        <translation>運作中</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>正在啟動…</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>已就緒</translation>
    </message>
    <message>
        <source>Camera: paused</source>
        <translation>攝影機：已暫停</translation>
    </message>
    <message>
        <source>Camera: preview only, apps cannot select it yet</source>
        <translation>攝影機：僅供預覽，應用程式尚無法選用</translation>
    </message>
    <message>
        <source>Camera: used by {apps}</source>
        <translation>攝影機：{apps} 使用中</translation>
    </message>
    <message>
        <source>Camera: in use</source>
        <translation>攝影機：使用中</translation>
    </message>
    <message>
        <source>Camera: not in use</source>
        <translation>攝影機：未使用</translation>
    </message>
    <message>
        <source>Microphone: muted</source>
        <translation>麥克風：已靜音</translation>
    </message>
    <message>
        <source>Microphone: used by {apps}</source>
        <translation>麥克風：{apps} 使用中</translation>
    </message>
    <message>
        <source>Microphone: in use</source>
        <translation>麥克風：使用中</translation>
    </message>
    <message>
        <source>Microphone: not in use</source>
        <translation>麥克風：未使用</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>比較</translation>
    </message>
    <message>
        <source>Shows the camera&apos;s own picture beside the enhanced one</source>
        <translation>並排顯示攝影機的原始畫面與增強後的畫面</translation>
    </message>
    <message>
        <source>What others see</source>
        <translation>他人看到的畫面</translation>
    </message>
    <message>
        <source>The camera service is not running</source>
        <translation>攝影機服務未在執行</translation>
    </message>
    <message>
        <source>The camera is starting…</source>
        <translation>攝影機正在啟動…</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>設定</translation>
    </message>
    <message>
        <source>General</source>
        <translation>一般</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>狀態</translation>
    </message>
    <message>
        <source>The camera service is not running, so calls see no picture from here.</source>
        <translation>攝影機服務未在執行，通話看不到這裡的畫面。</translation>
    </message>
    <message>
        <source>Calls cannot select the Enhanced Camera yet: something has to be installed.</source>
        <translation>通話尚無法選用 Enhanced Camera：還需要安裝一些元件。</translation>
    </message>
    <message>
        <source>What to do</source>
        <translation>如何處理</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>畫面</translation>
    </message>
    <message>
        <source>Sound</source>
        <translation>聲音</translation>
    </message>
    <message>
        <source>Enhanced Speaker</source>
        <translation>Enhanced Speaker</translation>
    </message>
    <message>
        <source>Check again</source>
        <translation>重新檢查</translation>
    </message>
    <message>
        <source>Save a report…</source>
        <translation>儲存報告…</translation>
    </message>
    <message>
        <source>What a bug report needs, without your name and the names of your files</source>
        <translation>錯誤回報所需的資訊，不含您的姓名與檔案名稱</translation>
    </message>
    <message>
        <source>Set it up…</source>
        <translation>進行設定…</translation>
    </message>
    <message>
        <source>Shows the commands that mend it, and runs them once you agree</source>
        <translation>顯示修復所需的指令，經您同意後執行</translation>
    </message>
    <message>
        <source>Looking at this computer…</source>
        <translation>正在檢查這台電腦…</translation>
    </message>
    <message>
        <source>This computer is ready</source>
        <translation>這台電腦已就緒</translation>
    </message>
    <message>
        <source>Something is missing</source>
        <translation>缺少某些項目</translation>
    </message>
    <message>
        <source>fine</source>
        <translation>正常</translation>
    </message>
    <message>
        <source>warning</source>
        <translation>警告</translation>
    </message>
    <message>
        <source>missing</source>
        <translation>缺少</translation>
    </message>
    <message>
        <source>Secure boot</source>
        <translation>安全開機</translation>
    </message>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
    <message>
        <source>In order</source>
        <translation>正常</translation>
    </message>
    <message>
        <source>Enhanced Microphone</source>
        <translation>Enhanced Microphone</translation>
    </message>
    <message>
        <source>Sound server</source>
        <translation>音效伺服器</translation>
    </message>
    <message>
        <source>Networks</source>
        <translation>神經網路</translation>
    </message>
    <message>
        <source>Denoisers</source>
        <translation>降噪器</translation>
    </message>
    <message>
        <source>Processor used</source>
        <translation>使用的處理器</translation>
    </message>
    <message>
        <source>Tray icons</source>
        <translation>系統匣圖示</translation>
    </message>
    <message>
        <source>no camera was found; the demo picture is used</source>
        <translation>找不到攝影機；目前使用示範畫面</translation>
    </message>
    <message>
        <source>Plug in a webcam, or switch on the built-in one.</source>
        <translation>請連接網路攝影機，或開啟內建攝影機。</translation>
    </message>
    <message>
        <source>There is no {name} for this system ({system}).</source>
        <translation>這個系統（{system}）沒有 {name}。</translation>
    </message>
    <message>
        <source>The PipeWire server does not take the Enhanced Camera ({error}); {command}.</source>
        <translation>PipeWire 伺服器不接受 Enhanced Camera（{error}）；{command}。</translation>
    </message>
    <message>
        <source>The fast denoiser works in place of the one chosen. {cause}</source>
        <translation>目前改用快速的降噪器。{cause}</translation>
    </message>
    <message>
        <source>The settings cannot be read from {path} ({error}): the defaults are used, and no change is kept for the next start until they can be read.</source>
        <translation>無法從 {path} 讀取設定（{error}）：目前使用預設值；在能讀取之前，任何變更都不會保留到下次啟動。</translation>
    </message>
    <message>
        <source>The settings file has what does not fit ({why}); the default is used for {names}, and a copy of the file as it is is kept as {path}.</source>
        <translation>設定檔有不適用的內容（{why}）；{names} 改用預設值，原檔案的副本保留為 {path}。</translation>
    </message>
    <message>
        <source>The presets cannot be read from {path} ({error}): those that come with vcam are used, and no change is kept until they can be read.</source>
        <translation>無法從 {path} 讀取預設組合（{error}）：目前使用 vcam 附帶的；在能讀取之前，任何變更都不會保留。</translation>
    </message>
    <message>
        <source>{path} is a picture and no recording; {cure}.</source>
        <translation>{path} 是圖片，不是錄影；{cure}。</translation>
    </message>
    <message>
        <source>{path} has no sound to clean; {cure}.</source>
        <translation>{path} 沒有可處理的聲音；{cure}。</translation>
    </message>
    <message>
        <source>{path} cannot be read as sound; it is damaged or of an unknown kind.</source>
        <translation>無法將 {path} 當作聲音讀取；檔案已損壞或類型不明。</translation>
    </message>
    <message>
        <source>vcam failed at {path} ({error}); {cure}.</source>
        <translation>vcam 處理 {path} 時失敗（{error}）；{cure}。</translation>
    </message>
    <message>
        <source>There is no sound track {number} in {path}; it has {count}.</source>
        <translation>{path} 沒有第 {number} 條音軌；它共有 {count} 條。</translation>
    </message>
    <message>
        <source>{path} cannot hold {names} as in the recording; this is encoded anew.</source>
        <translation>{path} 無法原樣保留錄影中的 {names}；已重新編碼。</translation>
    </message>
    <message>
        <source>{path} breaks off after {seen} of {length} seconds; the result has what is there. Copy the file again for the rest.</source>
        <translation>{path} 共 {length} 秒，但在 {seen} 秒處中斷；現有內容已全部輸出。如需其餘部分，請重新複製檔案。</translation>
    </message>
    <message>
        <source>{path} breaks off after {seen} seconds, within a piece of it; the result has what is there. Copy the file again for the rest.</source>
        <translation>{path} 在 {seen} 秒處中斷，最後一段不完整；現有內容已全部輸出。如需其餘部分，請重新複製檔案。</translation>
    </message>
    <message>
        <source>{path} shows nobody whose voice could be told by the lips; its voices stay together.</source>
        <translation>{path} 中沒有可依唇形分辨聲音的人；各人的聲音未分開。</translation>
    </message>
    <message>
        <source>The voices in {path} cannot be taken apart ({error}).</source>
        <translation>無法分開 {path} 中的聲音（{error}）。</translation>
    </message>
    <message>
        <source>{path} has no sound that could be taken apart.</source>
        <translation>{path} 沒有可以分開的聲音。</translation>
    </message>
    <message>
        <source>&apos;{name}&apos; cannot name one of several files; choose another name.</source>
        <translation>「{name}」不能用作多個檔案之一的名稱；請另選名稱。</translation>
    </message>
    <message>
        <source>{count} names are too many; up to {most} people are told apart.</source>
        <translation>{count} 個姓名太多；最多可分辨 {most} 人。</translation>
    </message>
    <message>
        <source>{path} has nobody&apos;s sound file beside it; enhance the recording and {cure}.</source>
        <translation>{path} 旁邊沒有任何人的音檔；請再次增強這段錄影並{cure}。</translation>
    </message>
    <message>
        <source>{path} exists already; choose another name.</source>
        <translation>{path} 已經存在；請另選名稱。</translation>
    </message>
    <message>
        <source>{path} has {name}, which could not be copied; nobody is renamed.</source>
        <translation>{path} 中的 {name} 無法複製；沒有更改任何姓名。</translation>
    </message>
    <message>
        <source>Super resolution enlarges 2 or 4 times, not {factor}.</source>
        <translation>放大倍數為 2 或 4，不能是 {factor}。</translation>
    </message>
    <message>
        <source>There is nothing to do; {cure}.</source>
        <translation>沒有要做的事；{cure}。</translation>
    </message>
    <message>
        <source>There is nothing to enhance; name at least one recording.</source>
        <translation>沒有要增強的檔案；請至少指定一段錄影。</translation>
    </message>
    <message>
        <source>{path} would be one file; several results need a folder.</source>
        <translation>{path} 是單一檔案；多個結果需要資料夾。</translation>
    </message>
    <message>
        <source>{path} cannot be the result; name a folder or a file that ends in {ends}.</source>
        <translation>{path} 不能當作結果；請指定資料夾，或以 {ends} 結尾的檔案。</translation>
    </message>
    <message>
        <source>{first} and {second} would both become {path}; rename one.</source>
        <translation>{first} 與 {second} 都會變成 {path}；請將其中一個改名。</translation>
    </message>
    <message>
        <source>{path} is one of the recordings; {cure}.</source>
        <translation>{path} 是其中一段錄影；{cure}。</translation>
    </message>
    <message>
        <source>{path} exists already; {cure}.</source>
        <translation>{path} 已存在；{cure}。</translation>
    </message>
    <message>
        <source>{path} would be sound alone and stay as it is; {cure}.</source>
        <translation>{path} 只會有聲音，而且與原來相同；{cure}。</translation>
    </message>
    <message>
        <source>{path} is being made by another vcam; wait for it.</source>
        <translation>另一個 vcam 正在產生 {path}；請等它完成。</translation>
    </message>
    <message>
        <source>{sentences}</source>
        <translation>{sentences}</translation>
    </message>
    <message>
        <source>{first} and {second} would both be written to {path}; cut them out into different folders.</source>
        <translation>{first} 與 {second} 都會寫入 {path}；去背時請選擇不同的資料夾。</translation>
    </message>
    <message>
        <source>{path} would be overwritten; choose another output folder.</source>
        <translation>{path} 會被覆寫；請選擇其他輸出資料夾。</translation>
    </message>
    <message>
        <source>{path} is a file; choose a folder for the results.</source>
        <translation>{path} 是檔案；請為結果選擇資料夾。</translation>
    </message>
    <message>
        <source>{path} is not a picture that can be read; use JPEG, PNG or WebP.</source>
        <translation>{path} 不是可讀取的圖片；請使用 JPEG、PNG 或 WebP。</translation>
    </message>
    <message>
        <source>{path} has {kind} pixels; save it with 8 or 16 bits.</source>
        <translation>{path} 的像素格式是 {kind}；請以 8 或 16 位元儲存。</translation>
    </message>
    <message>
        <source>The transcript of {path} cannot be made ({error}).</source>
        <translation>無法製作 {path} 的逐字稿（{error}）。</translation>
    </message>
    <message>
        <source>There is no language &apos;{language}&apos; for a transcript; give a code like en, de or ja, or zh-TW, zh-CN, or auto.</source>
        <translation>沒有可用於逐字稿的語言「{language}」；請使用 en、de、ja、zh-TW、zh-CN 等代碼，或 auto。</translation>
    </message>
    <message>
        <source>The transcript needs what is not here ({error}); install it in vcam&apos;s folder with: pip install -e &apos;.[transcript]&apos; &amp;&amp; pip install --no-deps faster-whisper</source>
        <translation>逐字稿需要尚未安裝的元件（{error}）；請在 vcam 的資料夾安裝：pip install -e &apos;.[transcript]&apos; &amp;&amp; pip install --no-deps faster-whisper</translation>
    </message>
    <message>
        <source>The transcript needs what is not here ({error}); install vcam again.</source>
        <translation>逐字稿需要的元件不存在（{error}）；請重新安裝 vcam。</translation>
    </message>
    <message>
        <source>{folder} holds no Whisper model that can be used ({error}).</source>
        <translation>{folder} 中沒有可用的 Whisper 模型（{error}）。</translation>
    </message>
    <message>
        <source>{folder} is no Whisper model for CTranslate2 (it has no {missing}); {cure}.</source>
        <translation>{folder} 不是 CTranslate2 用的 Whisper 模型（缺少 {missing}）；{cure}。</translation>
    </message>
    <message>
        <source>The speech model cannot be downloaded ({error}); {cure}.</source>
        <translation>無法下載語音模型（{error}）；{cure}。</translation>
    </message>
    <message>
        <source>An archive is worked on by Ray, which is not here; install it in vcam&apos;s folder with: pip install -e &apos;.[cluster]&apos;</source>
        <translation>處理封存庫需要 Ray，但尚未安裝；請在 vcam 的資料夾安裝：pip install -e &apos;.[cluster]&apos;</translation>
    </message>
    <message>
        <source>An archive is worked on by Ray, which is not part of the package; run vcam from source for it.</source>
        <translation>處理封存庫需要 Ray，但不在套件中；請從原始碼執行 vcam。</translation>
    </message>
    <message>
        <source>{path} cannot be used ({error}).</source>
        <translation>無法使用 {path}（{error}）。</translation>
    </message>
    <message>
        <source>{path} is no folder; name the one with the recordings.</source>
        <translation>{path} 不是資料夾；請指定錄影所在的資料夾。</translation>
    </message>
    <message>
        <source>{path} is not on the machine {node}; mount the folder there in the same place.</source>
        <translation>電腦 {node} 上沒有 {path}；請在該電腦的相同位置掛載此資料夾。</translation>
    </message>
    <message>
        <source>{path} has changed since it was looked for; the same command takes it as it is then.</source>
        <translation>{path} 在列出之後已變更；再次執行相同的指令，就會處理它當時的內容。</translation>
    </message>
    <message>
        <source>The machine {node} has {name} {found} and not {needed}; install the same vcam there.</source>
        <translation>電腦 {node} 的 {name} 是 {found}，而不是 {needed}；請在該電腦安裝相同的 vcam。</translation>
    </message>
    <message>
        <source>A recording needs {needed} GiB of memory, and {available} GiB are free; close other programs.</source>
        <translation>一段錄影需要 {needed} GiB 記憶體，目前只有 {available} GiB 可用；請關閉其他程式。</translation>
    </message>
    <message>
        <source>What worked on {path} ended unexpectedly ({error}); the same command tries it again.</source>
        <translation>處理 {path} 的程序意外結束（{error}）；再次執行相同的指令會重試。</translation>
    </message>
    <message>
        <source>{path} is no index of an archive; `vcam archive` makes one.</source>
        <translation>{path} 不是封存庫的索引；`vcam archive` 會建立索引。</translation>
    </message>
    <message>
        <source>Which package has v4l2loopback here is not known; install it as your system does.</source>
        <translation>不知道此系統的哪個套件含有 v4l2loopback；請依您系統的方式安裝。</translation>
    </message>
    <message>
        <source>Fedora has v4l2loopback in RPM Fusion alone; switch that on as https://rpmfusion.org says, then run `vcam setup` again.</source>
        <translation>Fedora 只有 RPM Fusion 提供 v4l2loopback；請依 https://rpmfusion.org 的說明啟用，然後再執行一次 `vcam setup`。</translation>
    </message>
    <message>
        <source>Log out and in again afterwards, so that you are in the group.</source>
        <translation>之後請登出再登入，群組才會生效。</translation>
    </message>
    <message>
        <source>PipeWire is installed and systemd does not run here: start pipewire, wireplumber and pipewire-pulse as your system does.</source>
        <translation>已安裝 PipeWire，但這裡沒有執行 systemd：請依您系統的方式啟動 pipewire、wireplumber 與 pipewire-pulse。</translation>
    </message>
    <message>
        <source>Secure boot is on, so the kernel takes v4l2loopback only with a key it knows: type sudo mokutil --import {key}, choose a password, restart and enrol the key.</source>
        <translation>安全開機已啟用，核心只接受以已知金鑰簽署的 v4l2loopback：請輸入 sudo mokutil --import {key}，設定密碼，重新開機並註冊金鑰。</translation>
    </message>
    <message>
        <source>Packages that were installed and the group stay; your system&apos;s package program removes v4l2loopback.</source>
        <translation>已安裝的套件與群組會保留；可用系統的套件程式移除 v4l2loopback。</translation>
    </message>
    <message>
        <source>There is nothing to set up on this system.</source>
        <translation>此系統沒有需要設定的項目。</translation>
    </message>
    <message>
        <source>This failed: {line}</source>
        <translation>這一步失敗了：{line}</translation>
    </message>
    <message>
        <source>There is neither polkit nor sudo to do this with; as root, type: {lines}</source>
        <translation>沒有 polkit 或 sudo 可用；請以 root 身分輸入：{lines}</translation>
    </message>
    <message>
        <source>The password was not given; to do it yourself, type: {lines}</source>
        <translation>未輸入密碼；若要自行處理，請輸入：{lines}</translation>
    </message>
    <message>
        <source>Not all of it could be done; to do it yourself, type: {lines}</source>
        <translation>未能全部完成；若要自行處理，請輸入：{lines}</translation>
    </message>
    <message>
        <source>could not be looked at: {error}</source>
        <translation>無法檢查：{error}</translation>
    </message>
    <message>
        <source>on: the kernel refuses an unsigned v4l2loopback</source>
        <translation>已開啟：核心會拒絕未簽署的 v4l2loopback</translation>
    </message>
    <message>
        <source>no microphone was found; the demo voice is used</source>
        <translation>找不到麥克風；目前使用示範語音</translation>
    </message>
    <message>
        <source>Plug in a microphone, or switch it on in the system&apos;s sound settings.</source>
        <translation>請連接麥克風，或在系統的音效設定中啟用。</translation>
    </message>
    <message>
        <source>neither PulseAudio nor PipeWire answers</source>
        <translation>PulseAudio 與 PipeWire 都沒有回應</translation>
    </message>
    <message>
        <source>no sound server answers</source>
        <translation>沒有音效伺服器回應</translation>
    </message>
    <message>
        <source>That setting does not fit: {why}.</source>
        <translation>這個設定不適用：{why}。</translation>
    </message>
    <message>
        <source>There is no camera or video file &apos;{name}&apos;; cameras here: {names}.</source>
        <translation>沒有攝影機或影片檔「{name}」；這裡的攝影機有：{names}。</translation>
    </message>
    <message>
        <source>The camera &apos;{name}&apos; is not there; plug it in again.</source>
        <translation>找不到攝影機「{name}」；請重新連接。</translation>
    </message>
    <message>
        <source>The camera &apos;{name}&apos; was unplugged; it is used again once it is back.</source>
        <translation>攝影機「{name}」已被拔除；接回後會再使用。</translation>
    </message>
    <message>
        <source>The camera &apos;{name}&apos; is in use by {others}; close it there first.</source>
        <translation>攝影機「{name}」正由 {others} 使用；請先在那裡關閉。</translation>
    </message>
    <message>
        <source>The camera &apos;{name}&apos; gives no picture; close other programs that use it, or plug it in again.</source>
        <translation>攝影機「{name}」沒有畫面；請關閉使用它的其他程式，或重新連接。</translation>
    </message>
    <message>
        <source>The camera &apos;{name}&apos; stopped giving pictures; plug it in again.</source>
        <translation>攝影機「{name}」不再提供畫面；請重新連接。</translation>
    </message>
    <message>
        <source>The camera &apos;{name}&apos; sent a broken picture.</source>
        <translation>攝影機「{name}」送出損壞的畫面。</translation>
    </message>
    <message>
        <source>You may not use the camera &apos;{name}&apos;; add yourself to the group that owns it: sudo usermod -aG video $USER, then log in again.</source>
        <translation>您沒有使用攝影機「{name}」的權限；請將自己加入擁有它的群組：sudo usermod -aG video $USER，然後重新登入。</translation>
    </message>
    <message>
        <source>The camera cannot be opened ({error}).</source>
        <translation>無法開啟攝影機（{error}）。</translation>
    </message>
    <message>
        <source>There is no microphone or sound file &apos;{name}&apos;; microphones here: {names}.</source>
        <translation>沒有麥克風或聲音檔「{name}」；這裡的麥克風有：{names}。</translation>
    </message>
    <message>
        <source>The microphone {name} cannot be opened; it may just have been unplugged.</source>
        <translation>無法開啟麥克風 {name}；可能剛被拔除。</translation>
    </message>
    <message>
        <source>The microphone {name} cannot be opened ({error}); another program may hold it.</source>
        <translation>無法開啟麥克風 {name}（{error}）；可能正由其他程式使用。</translation>
    </message>
    <message>
        <source>The microphone {name} is gone.</source>
        <translation>麥克風 {name} 已中斷連接。</translation>
    </message>
    <message>
        <source>The microphone {name} gives no sound.</source>
        <translation>麥克風 {name} 沒有聲音。</translation>
    </message>
    <message>
        <source>The microphone or the sound server does not answer.</source>
        <translation>麥克風或音效伺服器沒有回應。</translation>
    </message>
    <message>
        <source>The sound server does not take our sound.</source>
        <translation>音效伺服器不接受我們的聲音。</translation>
    </message>
    <message>
        <source>The sound server no longer takes our sound.</source>
        <translation>音效伺服器不再接受我們的聲音。</translation>
    </message>
    <message>
        <source>v4l2loopback is not installed</source>
        <translation>尚未安裝 v4l2loopback</translation>
    </message>
    <message>
        <source>v4l2loopback is not loaded</source>
        <translation>尚未載入 v4l2loopback</translation>
    </message>
    <message>
        <source>libpulse is not installed</source>
        <translation>尚未安裝 libpulse</translation>
    </message>
    <message>
        <source>The background picture cannot be shown; choose another one.</source>
        <translation>無法顯示背景圖片；請選擇其他圖片。</translation>
    </message>
    <message>
        <source>There is no portrait model, so the picture is held back.</source>
        <translation>沒有人像模型，因此不送出畫面。</translation>
    </message>
    <message>
        <source>The portrait model failed ({error}), so the picture is held back.</source>
        <translation>人像模型發生錯誤（{error}），因此不送出畫面。</translation>
    </message>
    <message>
        <source>The face network failed ({error}).</source>
        <translation>臉部神經網路發生錯誤（{error}）。</translation>
    </message>
    <message>
        <source>The denoiser fails ({error}); the voice is plain.</source>
        <translation>降噪器發生錯誤（{error}）；送出原始語音。</translation>
    </message>
    <message>
        <source>The lip gate fails ({error}) and is left out.</source>
        <translation>唇語輔助發生錯誤（{error}），已略過。</translation>
    </message>
    <message>
        <source>Face the camera for better sound.</source>
        <translation>面向攝影機，聲音會更好。</translation>
    </message>
    <message>
        <source>The settings file could not be understood ({error}); it is kept as {path} and the defaults are used.</source>
        <translation>無法讀懂設定檔（{error}）；已保留為 {path}，並改用預設值。</translation>
    </message>
    <message>
        <source>The settings could not be saved to {path} ({error}), so they are not kept for the next start. Free some space or mend the folder&apos;s permissions.</source>
        <translation>無法將設定存到 {path}（{error}），因此下次啟動時不會保留。請清出空間或修正資料夾權限。</translation>
    </message>
    <message>
        <source>plug one in, or choose another under Camera</source>
        <translation>請連接攝影機，或在「攝影機」頁選擇其他來源</translation>
    </message>
    <message>
        <source>plug one in, or choose another under Microphone</source>
        <translation>請連接麥克風，或在「麥克風」頁選擇其他來源</translation>
    </message>
    <message>
        <source>choose automatic or fast under Denoiser</source>
        <translation>請在「降噪器」選擇「自動」或「快速」</translation>
    </message>
    <message>
        <source>record ten seconds under Hear yourself and choose This is my voice</source>
        <translation>請在「聽聽自己」錄十秒，再按「這是我的聲音」</translation>
    </message>
    <message>
        <source>Install vcam-cuda of this version, CUDA 13 and cuDNN 9.</source>
        <translation>請安裝相同版本的 vcam-cuda、CUDA 13 與 cuDNN 9。</translation>
    </message>
    <message>
        <source>leave noise suppression on, or choose a background or super resolution</source>
        <translation>請保持降噪開啟，或選擇背景或放大倍數</translation>
    </message>
    <message>
        <source>choose a background or super resolution</source>
        <translation>請選擇背景或放大倍數</translation>
    </message>
    <message>
        <source>choose a sound track for each</source>
        <translation>選擇「每人一條音軌」</translation>
    </message>
    <message>
        <source>switch noise suppression on</source>
        <translation>請開啟降噪</translation>
    </message>
    <message>
        <source>switch noise suppression off</source>
        <translation>關閉降噪</translation>
    </message>
    <message>
        <source>choose another place</source>
        <translation>請選擇其他位置</translation>
    </message>
    <message>
        <source>enhance it again to go on with it</source>
        <translation>再增強一次就會從中斷處繼續</translation>
    </message>
    <message>
        <source>choose a recording</source>
        <translation>請選擇錄影</translation>
    </message>
    <message>
        <source>use this machine alone</source>
        <translation>只使用這台電腦</translation>
    </message>
    <message>
        <source>name another folder</source>
        <translation>請指定其他資料夾</translation>
    </message>
    <message>
        <source>connect to the internet once</source>
        <translation>請連上網路一次</translation>
    </message>
    <message>
        <source>choose another folder</source>
        <translation>請選擇其他資料夾</translation>
    </message>
    <message>
        <source>vcam is not running; `vcam run` starts it.</source>
        <translation>vcam 未在執行；`vcam run` 可啟動它。</translation>
    </message>
    <message>
        <source>vcam closed the connection; is it still running?</source>
        <translation>vcam 關閉了連線；它還在執行嗎？</translation>
    </message>
    <message>
        <source>vcam does not answer; end it with `vcam stop` or its process and start it again.</source>
        <translation>vcam 沒有回應；請執行 `vcam stop` 或結束其程序，然後重新啟動。</translation>
    </message>
    <message>
        <source>vcam was told to stop but is still running.</source>
        <translation>已要求 vcam 停止，但它仍在執行。</translation>
    </message>
    <message>
        <source>The control connection cannot be opened ({error}).</source>
        <translation>無法開啟控制連線（{error}）。</translation>
    </message>
    <message>
        <source>vcam made a mistake; its log in {folder} says more.</source>
        <translation>vcam 發生錯誤；{folder} 中的記錄檔有更多資訊。</translation>
    </message>
    <message>
        <source>vcam refused the request: {error}.</source>
        <translation>vcam 拒絕了要求：{error}。</translation>
    </message>
    <message>
        <source>vcam is already running (process {pid}); `vcam stop` ends it.</source>
        <translation>vcam 已在執行（程序 {pid}）；`vcam stop` 可結束它。</translation>
    </message>
    <message>
        <source>A new version of vcam is installed; end vcam and start it again to use it.</source>
        <translation>已安裝新版的 vcam；請結束 vcam 後重新啟動以使用新版。</translation>
    </message>
    <message>
        <source>The devices cannot be listed; see `vcam devices`.</source>
        <translation>無法列出裝置；請查看 `vcam devices`。</translation>
    </message>
    <message>
        <source>{path} exists already; name another file.</source>
        <translation>{path} 已存在；請指定其他檔案。</translation>
    </message>
    <message>
        <source>The preview page cannot be opened ({error}).</source>
        <translation>無法開啟預覽頁面（{error}）。</translation>
    </message>
    <message>
        <source>The picture is shown at {address} only.</source>
        <translation>畫面只顯示在 {address}。</translation>
    </message>
    <message>
        <source>There is no screen for the tray; `vcam run` does without.</source>
        <translation>沒有可顯示系統匣的螢幕；`vcam run` 不需要螢幕。</translation>
    </message>
    <message>
        <source>The output cannot be written ({error}); free some space or send it elsewhere.</source>
        <translation>無法寫入輸出（{error}）；請清出空間，或改送到別處。</translation>
    </message>
    <message>
        <source>&apos;{word}&apos; is not text in UTF-8; rename the file or device.</source>
        <translation>「{word}」不是 UTF-8 文字；請將檔案或裝置改名。</translation>
    </message>
    <message>
        <source>The folder {folder} does not belong to you; set XDG_RUNTIME_DIR to a folder of yours.</source>
        <translation>資料夾 {folder} 不屬於您；請將 XDG_RUNTIME_DIR 設為您的資料夾。</translation>
    </message>
    <message>
        <source>The folder {folder} cannot be used ({error}); set XDG_RUNTIME_DIR to a folder of yours.</source>
        <translation>無法使用資料夾 {folder}（{error}）；請將 XDG_RUNTIME_DIR 設為您的資料夾。</translation>
    </message>
    <message>
        <source>Shared memory could not be made at {path} ({error}); free some space.</source>
        <translation>無法在 {path} 建立共用記憶體（{error}）；請清出空間。</translation>
    </message>
    <message>
        <source>The shared memory {path} cannot be opened ({error}).</source>
        <translation>無法開啟共用記憶體 {path}（{error}）。</translation>
    </message>
    <message>
        <source>The shared memory {path} is not one of vcam&apos;s mailboxes.</source>
        <translation>共用記憶體 {path} 不是 vcam 的信箱。</translation>
    </message>
    <message>
        <source>The shared memory {path} is not one of vcam&apos;s rings.</source>
        <translation>共用記憶體 {path} 不是 vcam 的環形緩衝區。</translation>
    </message>
    <message>
        <source>{cause} It is started again now.</source>
        <translation>{cause}現在重新啟動。</translation>
    </message>
    <message>
        <source>{cause} It is started again in {seconds} s.</source>
        <translation>{cause}將在 {seconds} 秒後重新啟動。</translation>
    </message>
    <message>
        <source>The {name} worker hung and was ended.</source>
        <translation>{name} 程序停止回應，已將其結束。</translation>
    </message>
    <message>
        <source>The {name} worker was ended by {signal}.</source>
        <translation>{name} 程序被 {signal} 結束。</translation>
    </message>
    <message>
        <source>The {name} worker ended by itself (exit code {code}).</source>
        <translation>{name} 程序自行結束（結束代碼 {code}）。</translation>
    </message>
    <message>
        <source>The {name} worker crashed ({error}).</source>
        <translation>{name} 程序當掉（{error}）。</translation>
    </message>
    <message>
        <source>The {name} worker could not be started ({error}).</source>
        <translation>無法啟動 {name} 程序（{error}）。</translation>
    </message>
    <message>
        <source>The model manifest {path} cannot be read ({error}); install vcam again.</source>
        <translation>無法讀取模型清單 {path}（{error}）；請重新安裝 vcam。</translation>
    </message>
    <message>
        <source>There is no model &apos;{name}&apos;; the manifest has: {known}.</source>
        <translation>沒有模型「{name}」；清單中有：{known}。</translation>
    </message>
    <message>
        <source>The model file {path} is missing; install vcam again.</source>
        <translation>缺少模型檔 {path}；請重新安裝 vcam。</translation>
    </message>
    <message>
        <source>The model file {path} is not the one that was published (its SHA-256 differs from the manifest&apos;s); install vcam again.</source>
        <translation>模型檔 {path} 不是發行的檔案（其 SHA-256 與清單不同）；請重新安裝 vcam。</translation>
    </message>
    <message>
        <source>The model file {path} cannot be opened ({error}); free some memory or install vcam again.</source>
        <translation>無法開啟模型檔 {path}（{error}）；請釋出一些記憶體，或重新安裝 vcam。</translation>
    </message>
    <message>
        <source>The model file {path} is another network than this version needs: {difference}; install vcam again.</source>
        <translation>模型檔 {path} 不是此版本所需的神經網路：{difference}；請重新安裝 vcam。</translation>
    </message>
    <message>
        <source>No camera was found; {cure}.</source>
        <translation>找不到攝影機；{cure}。</translation>
    </message>
    <message>
        <source>&apos;{name}&apos; fits several cameras; there are: {names}.</source>
        <translation>「{name}」符合多部攝影機：{names}。</translation>
    </message>
    <message>
        <source>&apos;{name}&apos; is vcam&apos;s own output and cannot be its input; choose the camera that looks at you.</source>
        <translation>「{name}」是 vcam 自己的輸出，不能當作輸入；請選擇對著您的攝影機。</translation>
    </message>
    <message>
        <source>{cause} The picture comes from {name} meanwhile.</source>
        <translation>{cause}目前的畫面來自 {name}。</translation>
    </message>
    <message>
        <source>&apos;{path}&apos; has no video that can be played; choose another file.</source>
        <translation>「{path}」沒有可播放的影片；請選擇其他檔案。</translation>
    </message>
    <message>
        <source>&apos;{path}&apos; has a broken picture ({error}).</source>
        <translation>「{path}」有損壞的畫面（{error}）。</translation>
    </message>
    <message>
        <source>&apos;{path}&apos; cannot be read any more ({error}).</source>
        <translation>無法再讀取「{path}」（{error}）。</translation>
    </message>
    <message>
        <source>The demo&apos;s files are missing ({error}); install again.</source>
        <translation>缺少示範檔案（{error}）；請重新安裝。</translation>
    </message>
    <message>
        <source>The demo&apos;s picture cannot be read; install vcam again.</source>
        <translation>無法讀取示範畫面；請重新安裝 vcam。</translation>
    </message>
    <message>
        <source>There is no Enhanced Camera: {cause}; {command}.</source>
        <translation>沒有 Enhanced Camera：{cause}；{command}。</translation>
    </message>
    <message>
        <source>v4l2loopback is loaded with {others} but without &quot;Enhanced Camera&quot;</source>
        <translation>v4l2loopback 已載入 {others}，但沒有「Enhanced Camera」</translation>
    </message>
    <message>
        <source>{device} cannot be opened ({error})</source>
        <translation>無法開啟 {device}（{error}）</translation>
    </message>
    <message>
        <source>v4l2loopback is loaded without exclusive_caps=1, so browsers do not list it</source>
        <translation>v4l2loopback 載入時沒有 exclusive_caps=1，因此瀏覽器不會列出它</translation>
    </message>
    <message>
        <source>The Enhanced Camera&apos;s device is gone; load it again: {command}.</source>
        <translation>Enhanced Camera 的裝置已消失；請重新載入：{command}。</translation>
    </message>
    <message>
        <source>{device} takes no pictures: {error}; {command}.</source>
        <translation>{device} 不接受畫面：{error}；{command}。</translation>
    </message>
    <message>
        <source>{device} is already used as a camera by {name} (process {pid}); close that program.</source>
        <translation>{device} 已被 {name}（程序 {pid}）當作攝影機使用；請關閉該程式。</translation>
    </message>
    <message>
        <source>The Enhanced Camera stays at {size} while programs use it and cannot become {other}; choose another camera in those programs first.</source>
        <translation>Enhanced Camera 在程式使用期間維持 {size}，無法改為 {other}；請先在那些程式中選擇其他攝影機。</translation>
    </message>
    <message>
        <source>There is no Enhanced Camera in PipeWire because no server answers; {command}.</source>
        <translation>PipeWire 中沒有 Enhanced Camera，因為沒有伺服器回應；{command}。</translation>
    </message>
    <message>
        <source>PipeWire has gone and the Enhanced Camera with it; {command}.</source>
        <translation>PipeWire 已停止，Enhanced Camera 也隨之消失；{command}。</translation>
    </message>
    <message>
        <source>There is no {name}; {cause}.</source>
        <translation>沒有 {name}；{cause}。</translation>
    </message>
    <message>
        <source>{name} cannot be opened ({error}); {cause}.</source>
        <translation>無法開啟 {name}（{error}）；{cause}。</translation>
    </message>
    <message>
        <source>{name} is closed.</source>
        <translation>{name} 已關閉。</translation>
    </message>
    <message>
        <source>install UnityCapture from https://github.com/schellingb/UnityCapture with: regsvr32 &quot;/i:UnityCaptureName=Enhanced Camera&quot; UnityCaptureFilter64.dll</source>
        <translation>請從 https://github.com/schellingb/UnityCapture 安裝 UnityCapture：regsvr32 &quot;/i:UnityCaptureName=Enhanced Camera&quot; UnityCaptureFilter64.dll</translation>
    </message>
    <message>
        <source>install OBS Studio from https://obsproject.com, start its virtual camera once and close it</source>
        <translation>請從 https://obsproject.com 安裝 OBS Studio，啟動其虛擬攝影機一次後關閉</translation>
    </message>
    <message>
        <source>The background &apos;{path}&apos; is neither a picture nor a film; choose another one.</source>
        <translation>背景「{path}」既不是圖片也不是影片；請選擇其他檔案。</translation>
    </message>
    <message>
        <source>There is no picture {path}; choose another background.</source>
        <translation>沒有圖片 {path}；請選擇其他背景。</translation>
    </message>
    <message>
        <source>The background failed ({error}), so the picture is held back.</source>
        <translation>背景處理發生錯誤（{error}），因此不送出畫面。</translation>
    </message>
    <message>
        <source>The effect {name} failed ({error}) and is left out.</source>
        <translation>效果 {name} 發生錯誤（{error}），已略過。</translation>
    </message>
    <message>
        <source>This computer is busy: the picture&apos;s borders and background are followed less often.</source>
        <translation>這台電腦正忙：畫面的邊緣與背景更新得較少。</translation>
    </message>
    <message>
        <source>No microphone was found; {cure}.</source>
        <translation>找不到麥克風；{cure}。</translation>
    </message>
    <message>
        <source>&apos;{name}&apos; fits several microphones; there are: {names}.</source>
        <translation>「{name}」符合多支麥克風：{names}。</translation>
    </message>
    <message>
        <source>&apos;{name}&apos; is vcam&apos;s own output and cannot be its input; choose the microphone you speak into.</source>
        <translation>「{name}」是 vcam 自己的輸出，不能當作輸入；請選擇您說話用的麥克風。</translation>
    </message>
    <message>
        <source>{cause} Using {name} meanwhile.</source>
        <translation>{cause}目前改用 {name}。</translation>
    </message>
    <message>
        <source>The microphone {name} is muted in the system; unmute it there.</source>
        <translation>麥克風 {name} 在系統中已設為靜音；請在系統中取消靜音。</translation>
    </message>
    <message>
        <source>The microphone {name} gives nothing but silence; it may be muted or switched off.</source>
        <translation>麥克風 {name} 完全沒有聲音；它可能已設為靜音或關閉。</translation>
    </message>
    <message>
        <source>{path} has no sound; choose a file with a sound track.</source>
        <translation>{path} 沒有聲音；請選擇有音軌的檔案。</translation>
    </message>
    <message>
        <source>{path} cannot be read as sound; choose a media file that plays.</source>
        <translation>無法將 {path} 當作聲音讀取；請選擇可播放的媒體檔。</translation>
    </message>
    <message>
        <source>There is no Enhanced Microphone because {cause}; start one: systemctl --user start pipewire-pulse, or pulseaudio --start.</source>
        <translation>沒有 Enhanced Microphone，因為{cause}；請啟動一個：systemctl --user start pipewire-pulse，或 pulseaudio --start。</translation>
    </message>
    <message>
        <source>There is no Enhanced Speaker because {cause}.</source>
        <translation>沒有 Enhanced Speaker，因為{cause}。</translation>
    </message>
    <message>
        <source>There is no Enhanced Speaker because the system has no output that is not a cable.</source>
        <translation>沒有 Enhanced Speaker，因為系統沒有虛擬音源線以外的輸出裝置。</translation>
    </message>
    <message>
        <source>There is nothing to play on what comes to the Enhanced Speaker; connect loudspeakers or headphones.</source>
        <translation>送到 Enhanced Speaker 的聲音沒有地方播放；請接上喇叭或耳機。</translation>
    </message>
    <message>
        <source>There is no Enhanced Speaker: install {cable}, which apps then play into.</source>
        <translation>沒有 Enhanced Speaker：請安裝 {cable}，再讓應用程式的聲音輸出到它。</translation>
    </message>
    <message>
        <source>the sound server does not make the Enhanced Microphone ({error})</source>
        <translation>音效伺服器未建立 Enhanced Microphone（{error}）</translation>
    </message>
    <message>
        <source>The sound server moved our sound to {device}.</source>
        <translation>音效伺服器將我們的聲音移到了 {device}。</translation>
    </message>
    <message>
        <source>The {name} is muted in the system; unmute it there.</source>
        <translation>{name} 在系統中已設為靜音；請在系統中取消靜音。</translation>
    </message>
    <message>
        <source>The {name} is turned down to {percent} % in the system; turn it up there.</source>
        <translation>{name} 在系統中的音量已調低至 {percent} %；請在系統中調高。</translation>
    </message>
    <message>
        <source>There is nothing to play on; what programs play is silenced, because it would come into the Enhanced Microphone. Connect loudspeakers or headphones.</source>
        <translation>沒有可播放聲音的裝置；程式播放的聲音已靜音，否則會進入 Enhanced Microphone。請接上喇叭或耳機。</translation>
    </message>
    <message>
        <source>There is no virtual microphone: {cause}.</source>
        <translation>沒有虛擬麥克風：{cause}。</translation>
    </message>
    <message>
        <source>install VB-Cable (https://vb-audio.com/Cable) and choose &apos;CABLE Output&apos; in your call</source>
        <translation>請安裝 VB-Cable（https://vb-audio.com/Cable），並在通話中選擇「CABLE Output」</translation>
    </message>
    <message>
        <source>install BlackHole (brew install blackhole-2ch) and choose &apos;BlackHole&apos; in your call</source>
        <translation>請安裝 BlackHole（brew install blackhole-2ch），並在通話中選擇「BlackHole」</translation>
    </message>
    <message>
        <source>this system has no virtual cable vcam knows</source>
        <translation>這個系統沒有 vcam 認得的虛擬音源線</translation>
    </message>
    <message>
        <source>{device} no longer takes our sound.</source>
        <translation>{device} 不再接受我們的聲音。</translation>
    </message>
    <message>
        <source>{device} cannot be opened ({error}).</source>
        <translation>無法開啟 {device}（{error}）。</translation>
    </message>
    <message>
        <source>The PortAudio library is missing, so sound devices cannot be used; install it (Debian: sudo apt install libportaudio2).</source>
        <translation>缺少 PortAudio 程式庫，因此無法使用音效裝置；請安裝（Debian：sudo apt install libportaudio2）。</translation>
    </message>
    <message>
        <source>The denoiser {name} is not installed; install it with: pip install {package}</source>
        <translation>降噪器 {name} 尚未安裝；安裝方式：pip install {package}</translation>
    </message>
    <message>
        <source>The denoiser {name} is not part of the package; run vcam from source to have it.</source>
        <translation>降噪器 {name} 不在套件中；如需使用，請從原始碼執行 vcam。</translation>
    </message>
    <message>
        <source>The denoiser {name} does not open ({error}); install it again with: pip install --force-reinstall {package}</source>
        <translation>無法開啟降噪器 {name}（{error}）；重新安裝：pip install --force-reinstall {package}</translation>
    </message>
    <message>
        <source>{name} is too slow beside all else that runs here, so parts of your voice go out as they are; {cure}.</source>
        <translation>這台電腦同時在做的事太多，{name} 跟不上，您的聲音有些片段會原樣送出；{cure}。</translation>
    </message>
    <message>
        <source>The echo canceller fails ({error}); others may hear themselves from your loudspeakers.</source>
        <translation>回音消除發生錯誤（{error}）；他人可能會從您的喇叭聽到自己的聲音。</translation>
    </message>
    <message>
        <source>The echo canceller cannot be used ({error}), so others may hear themselves from your loudspeakers; install vcam again.</source>
        <translation>無法使用回音消除（{error}），他人可能會從您的喇叭聽到自己的聲音；請重新安裝 vcam。</translation>
    </message>
    <message>
        <source>The automatic level fails ({error}); your voice is sent as it is.</source>
        <translation>自動音量發生錯誤（{error}）；您的聲音會原樣送出。</translation>
    </message>
    <message>
        <source>The automatic level cannot be used ({error}), so your voice is sent as loud as it is; install vcam again.</source>
        <translation>無法使用自動音量（{error}），因此您的聲音會以原來的音量送出；請重新安裝 vcam。</translation>
    </message>
    <message>
        <source>The automatic level cannot be used on Linux on ARM yet (there is no {package} for it), so your voice is sent as loud as it is.</source>
        <translation>在 ARM 的 Linux 上還不能使用自動音量（沒有適用的 {package}），因此您的聲音會以原來的音量送出。</translation>
    </message>
    <message>
        <source>There is nothing to hear yourself on; connect headphones.</source>
        <translation>沒有可供聆聽的裝置；請接上耳機。</translation>
    </message>
    <message>
        <source>Hearing yourself live is there on Linux alone so far.</source>
        <translation>目前只有在 Linux 上能即時聽自己的聲音。</translation>
    </message>
    <message>
        <source>The mute fails ({error}); while it is on, the Enhanced Microphone is silent all the same.</source>
        <translation>靜音功能發生錯誤（{error}）；靜音開啟時，Enhanced Microphone 仍然沒有聲音。</translation>
    </message>
    <message>
        <source>You are speaking while the microphone is muted.</source>
        <translation>您正在說話，但麥克風已靜音。</translation>
    </message>
    <message>
        <source>Your voice is not known, so others in {path} are lowered only once your lips have been seen to speak for ten seconds.</source>
        <translation>尚未認得您的聲音，因此在 {path} 中，看到您的嘴唇說話滿十秒後，才會降低其他人的聲音。</translation>
    </message>
    <message>
        <source>Other voices in the room are not lowered now, because their network fails ({error}).</source>
        <translation>目前無法降低房間裡其他人的聲音，因為所用的神經網路發生錯誤（{error}）。</translation>
    </message>
    <message>
        <source>Your voice was learned from your lips, and others are lowered for as long as the microphone is in use.</source>
        <translation>已從您的嘴唇認得您的聲音；在麥克風使用期間會降低其他人的聲音。</translation>
    </message>
    <message>
        <source>Your voice is being learned from your lips, {heard} of {wanted} seconds so far; until then everyone is heard.</source>
        <translation>正從您的嘴唇學習您的聲音，目前 {heard} 秒，共需 {wanted} 秒；在此之前所有人的聲音都會被聽見。</translation>
    </message>
    <message>
        <source>Your voice has not been learned yet, so others cannot be told from it; {cure}.</source>
        <translation>尚未認得您的聲音，因此無法分辨其他人；{cure}。</translation>
    </message>
    <message>
        <source>Nothing was recorded, so your voice is not learned; is the microphone there?</source>
        <translation>沒有錄到聲音，因此無法認得您的聲音；麥克風接好了嗎？</translation>
    </message>
    <message>
        <source>Too little of a voice was heard to learn it; speak for ten seconds as in a call.</source>
        <translation>聽到的人聲太少，無法認得；請像通話時一樣說十秒鐘。</translation>
    </message>
    <message>
        <source>There is no folder for what vcam needs while it runs ({error}); set XDG_RUNTIME_DIR to a folder of yours.</source>
        <translation>沒有可供 vcam 執行時使用的資料夾（{error}）；請將 XDG_RUNTIME_DIR 設為您自己的資料夾。</translation>
    </message>
    <message>
        <source>There is no setting &apos;{name}&apos;; known are: {known}.</source>
        <translation>沒有設定「{name}」；可用的有：{known}。</translation>
    </message>
    <message>
        <source>Recordings have no &apos;{name}&apos;; what can be set is: {known}.</source>
        <translation>錄影沒有「{name}」這項設定；可以設定的有：{known}。</translation>
    </message>
    <message>
        <source>&apos;{text}&apos; is not KEY=VALUE; write for example blur=40.</source>
        <translation>「{text}」不是 KEY=VALUE；例如請寫 blur=40。</translation>
    </message>
    <message>
        <source>The change is in force, but not yet saved to {path}; its disk is slow.</source>
        <translation>變更已生效，但尚未存到 {path}；該磁碟反應緩慢。</translation>
    </message>
    <message>
        <source>There is no preset &apos;{name}&apos;; known are: {known}.</source>
        <translation>沒有名為「{name}」的預設組合；已有的是：{known}。</translation>
    </message>
    <message>
        <source>A preset cannot hold &apos;{name}&apos;; it can hold: {known}.</source>
        <translation>預設組合不能包含「{name}」；可以包含：{known}。</translation>
    </message>
    <message>
        <source>The preset &apos;{name}&apos; comes with vcam and stays; save your own under its name instead.</source>
        <translation>「{name}」是 vcam 附帶的預設組合，無法移除；您可以用同一個名稱儲存自己的。</translation>
    </message>
    <message>
        <source>That rule does not fit: {why}.</source>
        <translation>這條規則不適用：{why}。</translation>
    </message>
    <message>
        <source>Give the preset a name.</source>
        <translation>請為預設組合取個名稱。</translation>
    </message>
    <message>
        <source>The presets could not be saved to {path} ({error}). Free some space or mend the folder&apos;s permissions.</source>
        <translation>無法將預設組合存到 {path}（{error}）。請清出空間或修正資料夾權限。</translation>
    </message>
    <message>
        <source>The presets could not be understood ({error}); the file is kept as {path} and those that come with vcam are used.</source>
        <translation>無法讀懂預設組合的檔案（{error}）；檔案已保留為 {path}，並改用 vcam 附帶的預設組合。</translation>
    </message>
    <message>
        <source>What does not fit is left out of the presets ({why}); a copy of the file as it is is kept as {path}.</source>
        <translation>預設組合中不合適的部分已略過（{why}）；原檔案的副本保留為 {path}。</translation>
    </message>
    <message>
        <source>The preset &apos;{name}&apos; is in force ({why}); what was set before comes back after it.</source>
        <translation>目前套用預設組合「{name}」（{why}）；結束後會恢復先前的設定。</translation>
    </message>
    <message>
        <source>The preset &apos;{name}&apos; is in force while this computer runs on its battery; what was set before comes back after it.</source>
        <translation>這台電腦使用電池時套用預設組合「{name}」；結束後會恢復先前的設定。</translation>
    </message>
    <message>
        <source>Recordings cannot be written to {folder} ({error}); mend the folder&apos;s permissions or free some space.</source>
        <translation>無法將錄影寫入 {folder}（{error}）；請修正資料夾權限或清出空間。</translation>
    </message>
    <message>
        <source>Recordings cannot be written to {folder}; it holds too many of one second.</source>
        <translation>無法將錄影寫入 {folder}；同一秒的錄影太多。</translation>
    </message>
    <message>
        <source>The recorder could not be started ({error}).</source>
        <translation>無法啟動錄影程式（{error}）。</translation>
    </message>
    <message>
        <source>The recording {path} cannot be written ({error}).</source>
        <translation>無法寫入錄影 {path}（{error}）。</translation>
    </message>
    <message>
        <source>The disk is full; what was recorded until now is in {path}.</source>
        <translation>磁碟已滿；到目前為止的錄影在 {path}。</translation>
    </message>
    <message>
        <source>{path} was moved or removed while it was recorded; look for it where its folder is now.</source>
        <translation>錄製時 {path} 被移動或刪除了；請到它的資料夾現在所在的位置尋找。</translation>
    </message>
    <message>
        <source>No picture came, so nothing was recorded.</source>
        <translation>沒有畫面，因此沒有錄到任何內容。</translation>
    </message>
    <message>
        <source>Nothing is written to {path} for the moment; is its drive still there?</source>
        <translation>目前無法寫入 {path}；它所在的磁碟還在嗎？</translation>
    </message>
    <message>
        <source>The recorder ended unexpectedly; what was recorded until then is kept.</source>
        <translation>錄影程式意外結束；在那之前的錄影已保留。</translation>
    </message>
    <message>
        <source>{path} does not exist.</source>
        <translation>{path} 不存在。</translation>
    </message>
    <message>
        <source>{path} cannot be read ({error}).</source>
        <translation>無法讀取 {path}（{error}）。</translation>
    </message>
    <message>
        <source>{path} is a folder; name the recordings in it.</source>
        <translation>{path} 是資料夾；請指定其中的錄影。</translation>
    </message>
    <message>
        <source>{path} is a pipe or a device; name a file with a recording in it.</source>
        <translation>{path} 是管線或裝置；請指定含有錄製內容的檔案。</translation>
    </message>
    <message>
        <source>{path} cannot be read as a recording; it is damaged or of an unknown kind.</source>
        <translation>無法將 {path} 當作錄影讀取；檔案已損壞或類型不明。</translation>
    </message>
    <message>
        <source>{path} is damaged after {seen} seconds; copy it again.</source>
        <translation>{path} 在 {seen} 秒之後損壞；請重新複製檔案。</translation>
    </message>
    <message>
        <source>{path} has no sound; choose a recording in which something is heard.</source>
        <translation>{path} 沒有聲音；請選擇聽得到聲音的錄影或錄音。</translation>
    </message>
    <message>
        <source>{path} cannot hold {channels} channels; choose a name that ends in .wav.</source>
        <translation>{path} 無法容納 {channels} 個聲道；請選擇以 .wav 結尾的檔名。</translation>
    </message>
    <message>
        <source>{path}: {cause}</source>
        <translation>{path}：{cause}</translation>
    </message>
    <message>
        <source>its picture would become {width}×{height}, more than players show.</source>
        <translation>畫面會變成 {width}×{height}，超過播放器可顯示的大小。</translation>
    </message>
    <message>
        <source>the picture cannot be enhanced ({cause}).</source>
        <translation>無法增強畫面（{cause}）。</translation>
    </message>
    <message>
        <source>its sound has {channels} channels; 8 can be written.</source>
        <translation>聲音有 {channels} 個聲道；最多可寫入 8 個。</translation>
    </message>
    <message>
        <source>{path} is without {names}, for which it has no place.</source>
        <translation>{path} 不含 {names}，因為這種檔案無法容納。</translation>
    </message>
    <message>
        <source>{path} is without {names}, of which nothing ever comes.</source>
        <translation>{path} 不含 {names}，因為錄影中始終沒有其內容。</translation>
    </message>
    <message>
        <source>{path} is without {names}, of which nothing can be heard at the recording&apos;s beginning; cut that off to have it.</source>
        <translation>{path} 不含 {names}，因為錄影開頭聽不到其聲音；若要保留，請剪去開頭。</translation>
    </message>
    <message>
        <source>{name} cleaned the voice.</source>
        <translation>聲音由 {name} 降噪。</translation>
    </message>
    <message>
        <source>Of the {count} sound tracks of {path}, number {number} is heard: there is the voice.</source>
        <translation>{path} 有 {count} 條音軌，採用第 {number} 條：人聲在其中。</translation>
    </message>
    <message>
        <source>{path} ends before its index was written, without which nothing in it is found; copy it again, or rebuild it with a tool such as untrunc.</source>
        <translation>{path} 在寫入索引之前就結束了，沒有索引便無法讀取其中的內容；請重新複製，或用 untrunc 之類的工具修復。</translation>
    </message>
    <message>
        <source>{path} has {size} million pixels; make it smaller: {most} million can be read.</source>
        <translation>{path} 有 {size} 百萬像素；請縮小：最多可讀取 {most} 百萬像素。</translation>
    </message>
    <message>
        <source>What was begun of {path} is of another version of vcam or damaged; it is made from its beginning.</source>
        <translation>{path} 先前的進度由另一個版本的 vcam 製作或已損壞；現從頭製作。</translation>
    </message>
    <message>
        <source>{path} is damaged at {seconds} seconds; what cannot be read there is passed over.</source>
        <translation>{path} 在 {seconds} 秒處損壞；無法讀取的部分已略過。</translation>
    </message>
    <message>
        <source>{path} has sound, but none that is taken for a voice: the result would be silent; {cure}.</source>
        <translation>{path} 有聲音，但沒有可辨為人聲的部分，結果會是無聲的；請{cure}。</translation>
    </message>
    <message>
        <source>{name} is not a JPEG, PNG, WebP, GIF or BMP picture and no film.</source>
        <translation>{name} 不是 JPEG、PNG、WebP、GIF 或 BMP 圖片，也不是影片。</translation>
    </message>
    <message>
        <source>{name} is larger than {most} MB.</source>
        <translation>{name} 大於 {most} MB。</translation>
    </message>
    <message>
        <source>{keys} has a use already: {what}. Choose other keys.</source>
        <translation>{keys} 已經有用途：{what}。請選擇其他按鍵。</translation>
    </message>
    <message>
        <source>Starting with the desktop could not be changed in {folder} ({error}); mend the folder&apos;s permissions.</source>
        <translation>無法在 {folder} 變更登入時自動啟動的設定（{error}）；請修正資料夾權限。</translation>
    </message>
    <message>
        <source>{path} has no sound; there is nothing to write down.</source>
        <translation>{path} 沒有聲音，無法製作逐字稿。</translation>
    </message>
    <message>
        <source>{path} cannot be written ({error}).</source>
        <translation>無法寫入 {path}（{error}）。</translation>
    </message>
    <message>
        <source>{path} is quieter than the recording, whose sound is louder than full scale.</source>
        <translation>{path} 比原錄影小聲，因為原錄影的聲音超過滿刻度。</translation>
    </message>
    <message>
        <source>Names are for the voices of a meeting; {cure}.</source>
        <translation>姓名只用於分開會議中的聲音；{cure}。</translation>
    </message>
    <message>
        <source>{count} names are too many; the number of people heard in {path} is {there}.</source>
        <translation>{count} 個姓名太多；{path} 有 {there} 個人的聲音。</translation>
    </message>
    <message>
        <source>No Ray can be had at {address} ({error}); {cure}.</source>
        <translation>無法使用位於 {address} 的 Ray（{error}）；{cure}。</translation>
    </message>
    <message>
        <source>{path} holds no recordings; {cure}.</source>
        <translation>{path} 中沒有錄影；{cure}。</translation>
    </message>
    <message>
        <source>The GPU of the machine {node} is not used, and its processor did the work; install what uses it there: pip install &apos;onnxruntime-gpu[cuda,cudnn]&apos;</source>
        <translation>電腦 {node} 的 GPU 沒有使用，由處理器完成工作；請在該電腦安裝所需套件：pip install &apos;onnxruntime-gpu[cuda,cudnn]&apos;</translation>
    </message>
    <message>
        <source>{cause}; {kind}</source>
        <translation>{cause}；{kind}</translation>
    </message>
    <message>
        <source>the library is not installed</source>
        <translation>尚未安裝這個程式庫</translation>
    </message>
    <message>
        <source>{names}: missing, or not the file that was published</source>
        <translation>{names}：缺少，或不是發行的檔案</translation>
    </message>
    <message>
        <source>CPU, although an NVIDIA GPU is here</source>
        <translation>使用 CPU，但這台電腦有 NVIDIA GPU</translation>
    </message>
    <message>
        <source>no screen; use `vcam status` and `vcam set`</source>
        <translation>沒有螢幕；請使用 `vcam status` 與 `vcam set`</translation>
    </message>
    <message>
        <source>Qt is not installed</source>
        <translation>未安裝 Qt</translation>
    </message>
    <message>
        <source>the desktop shows no tray icons; the window opens instead</source>
        <translation>桌面不顯示系統匣圖示；改為開啟視窗</translation>
    </message>
    <message>
        <source>On GNOME: sudo apt install gnome-shell-extension-appindicator</source>
        <translation>在 GNOME 上：sudo apt install gnome-shell-extension-appindicator</translation>
    </message>
    <message>
        <source>Install vcam again.</source>
        <translation>請重新安裝 vcam。</translation>
    </message>
    <message>
        <source>off</source>
        <translation>關閉</translation>
    </message>
    <message>
        <source>starting</source>
        <translation>正在啟動</translation>
    </message>
    <message>
        <source>live</source>
        <translation>運作中</translation>
    </message>
    <message>
        <source>asleep until an app uses it</source>
        <translation>休眠，有應用程式使用時喚醒</translation>
    </message>
    <message>
        <source>degraded</source>
        <translation>運作受限</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>無法運作</translation>
    </message>
    <message>
        <source>State</source>
        <translation>狀態</translation>
    </message>
    <message>
        <source>From</source>
        <translation>來源</translation>
    </message>
    <message>
        <source>To</source>
        <translation>輸出</translation>
    </message>
    <message>
        <source>Used by</source>
        <translation>使用中的程式</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>尺寸</translation>
    </message>
    <message>
        <source>These commands are run:</source>
        <translation>將執行下列指令：</translation>
    </message>
    <message>
        <source>Nothing to be run here.</source>
        <translation>這裡沒有可執行的指令。</translation>
    </message>
    <message>
        <source>Run them</source>
        <translation>執行</translation>
    </message>
    <message>
        <source>Setting it up…</source>
        <translation>正在設定…</translation>
    </message>
    <message>
        <source>Pictures a second</source>
        <translation>每秒張數</translation>
    </message>
    <message>
        <source>Work per picture</source>
        <translation>每張處理時間</translation>
    </message>
    <message>
        <source>Of that, ms</source>
        <translation>其中（毫秒）</translation>
    </message>
    <message>
        <source>Delay</source>
        <translation>延遲</translation>
    </message>
    <message>
        <source>Runs on</source>
        <translation>執行於</translation>
    </message>
    <message>
        <source>Dropped</source>
        <translation>捨棄</translation>
    </message>
    <message>
        <source>Reconnects, restarts</source>
        <translation>重新連接、重新啟動</translation>
    </message>
    <message>
        <source>Work per 10 ms</source>
        <translation>每 10 毫秒處理時間</translation>
    </message>
    <message>
        <source>Denoiser</source>
        <translation>降噪器</translation>
    </message>
    <message>
        <source>Echo</source>
        <translation>回音</translation>
    </message>
    <message>
        <source>being taken away</source>
        <translation>消除中</translation>
    </message>
    <message>
        <source>Late</source>
        <translation>逾時</translation>
    </message>
    <message>
        <source>Passed unchanged</source>
        <translation>未經處理</translation>
    </message>
    <message>
        <source>Gaps of the device</source>
        <translation>裝置中斷次數</translation>
    </message>
    <message>
        <source>colours</source>
        <translation>色彩</translation>
    </message>
    <message>
        <source>face</source>
        <translation>臉部</translation>
    </message>
    <message>
        <source>cutting out</source>
        <translation>去背</translation>
    </message>
    <message>
        <source>framing</source>
        <translation>取景</translation>
    </message>
    <message>
        <source>noise</source>
        <translation>降噪</translation>
    </message>
    <message>
        <source>brightness</source>
        <translation>亮度</translation>
    </message>
    <message>
        <source>touch-up</source>
        <translation>美膚</translation>
    </message>
    <message>
        <source>light</source>
        <translation>打光</translation>
    </message>
    <message>
        <source>background</source>
        <translation>背景</translation>
    </message>
    <message>
        <source>{part} of {whole}</source>
        <translation>{part}／{whole}</translation>
    </message>
    <message>
        <source>Start the camera service</source>
        <translation>啟動攝影機服務</translation>
    </message>
    <message>
        <source>Recordings…</source>
        <translation>錄影清單…</translation>
    </message>
    <message>
        <source>Settings…</source>
        <translation>設定…</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>結束</translation>
    </message>
    <message>
        <source>Enhancing: {percent} %</source>
        <translation>增強中：{percent} %</translation>
    </message>
    <message>
        <source>Enhance a recording…</source>
        <translation>增強錄影…</translation>
    </message>
    <message>
        <source>Colour {code}</source>
        <translation>顏色 {code}</translation>
    </message>
    <message>
        <source>Choose a picture…</source>
        <translation>選擇圖片…</translation>
    </message>
    <message>
        <source>Recording: {time}</source>
        <translation>錄影中：{time}</translation>
    </message>
    <message>
        <source>Enhanced Camera has stopped</source>
        <translation>Enhanced Camera 已停止</translation>
    </message>
    <message>
        <source>Click to start it again.</source>
        <translation>按一下即可重新啟動。</translation>
    </message>
    <message>
        <source>Recordings ({patterns})</source>
        <translation>錄影與錄音 ({patterns})</translation>
    </message>
    <message>
        <source>The recording could not be enhanced.</source>
        <translation>無法增強這段錄影。</translation>
    </message>
    <message>
        <source>Position</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>Hear yourself</source>
        <translation>聽聽自己</translation>
    </message>
    <message>
        <source>Original</source>
        <translation>原始</translation>
    </message>
    <message>
        <source>Enhanced</source>
        <translation>增強後</translation>
    </message>
    <message>
        <source>Nothing was heard: the microphone gave silence.</source>
        <translation>沒有聽到聲音：麥克風沒有訊號。</translation>
    </message>
    <message>
        <source>Between your words: {db} dB less noise</source>
        <translation>話語之間的噪音減少 {db} dB</translation>
    </message>
    <message>
        <source>Recording…</source>
        <translation>錄音中…</translation>
    </message>
    <message>
        <source>Record {seconds} seconds</source>
        <translation>錄音 {seconds} 秒</translation>
    </message>
    <message>
        <source>{ms} ms late</source>
        <translation>延遲 {ms} 毫秒</translation>
    </message>
    <message>
        <source>Speak as in a call; then play it as it was and as others hear it.</source>
        <translation>像通話時一樣說話，然後播放原來的聲音與他人聽到的聲音。</translation>
    </message>
    <message>
        <source>The microphone is muted; unmute it to try it out.</source>
        <translation>麥克風已靜音；請先取消靜音再試聽。</translation>
    </message>
    <message>
        <source>Nothing was recorded; is the microphone there? Please try again.</source>
        <translation>沒有錄到聲音；麥克風接好了嗎？請再試一次。</translation>
    </message>
    <message>
        <source>There is no loudspeaker or headphone to play it on.</source>
        <translation>沒有可供播放的喇叭或耳機。</translation>
    </message>
    <message>
        <source>silence</source>
        <translation>無聲</translation>
    </message>
    <message>
        <source>voice {level} LUFS, pauses {noise} LUFS</source>
        <translation>語音 {level} LUFS，停頓 {noise} LUFS</translation>
    </message>
    <message>
        <source>Choose a recording</source>
        <translation>選擇錄影</translation>
    </message>
    <message>
        <source>This recording has no picture</source>
        <translation>這段錄影沒有畫面</translation>
    </message>
    <message>
        <source>{name} cannot be played; it may be damaged.</source>
        <translation>無法播放 {name}；檔案可能已損壞。</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暫停</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>播放</translation>
    </message>
    <message>
        <source>The recording&apos;s picture</source>
        <translation>錄影的畫面</translation>
    </message>
    <message>
        <source>The recording stands still</source>
        <translation>錄影停住了</translation>
    </message>
    <message>
        <source>The recording has ended</source>
        <translation>錄影已結束</translation>
    </message>
    <message>
        <source>The recording is saved</source>
        <translation>錄影已儲存</translation>
    </message>
    <message>
        <source>Search names and transcripts</source>
        <translation>搜尋名稱與逐字稿</translation>
    </message>
    <message>
        <source>Transcript</source>
        <translation>逐字稿</translation>
    </message>
    <message>
        <source>Enhance…</source>
        <translation>增強…</translation>
    </message>
    <message>
        <source>Save transcript…</source>
        <translation>儲存逐字稿…</translation>
    </message>
    <message>
        <source>People…</source>
        <translation>人物…</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>開啟資料夾</translation>
    </message>
    <message>
        <source>Close archive</source>
        <translation>關閉封存庫</translation>
    </message>
    <message>
        <source>Open archive…</source>
        <translation>開啟封存庫…</translation>
    </message>
    <message>
        <source>{name} could not be written ({reason}).</source>
        <translation>無法寫入 {name}（{reason}）。</translation>
    </message>
    <message>
        <source>None yet. “Enhance…” can write one.</source>
        <translation>尚無逐字稿。按「增強…」即可產生。</translation>
    </message>
    <message>
        <source>Nothing has these words.</source>
        <translation>找不到這些字詞。</translation>
    </message>
    <message>
        <source>Nothing is recorded yet. “Record” in the menu begins.</source>
        <translation>尚未錄影。在選單按「錄影」即可開始。</translation>
    </message>
    <message>
        <source>Save transcript</source>
        <translation>儲存逐字稿</translation>
    </message>
    <message>
        <source>Text (*.txt)</source>
        <translation>文字 (*.txt)</translation>
    </message>
    <message>
        <source>Subtitles (*{end})</source>
        <translation>字幕 (*{end})</translation>
    </message>
    <message>
        <source>Open an archive</source>
        <translation>開啟封存庫</translation>
    </message>
    <message>
        <source>{keys} is not one combination of keys.</source>
        <translation>{keys} 不是一組按鍵組合。</translation>
    </message>
    <message>
        <source>Use Ctrl, Alt or Meta with a letter or a digit, or a function key.</source>
        <translation>請使用 Ctrl、Alt 或 Meta 搭配字母或數字，或使用功能鍵。</translation>
    </message>
    <message>
        <source>Another program has {keys}; choose other keys.</source>
        <translation>{keys} 已被其他程式使用；請選擇其他按鍵。</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有檔案 (*)</translation>
    </message>
    <message>
        <source>The report could not be gathered.</source>
        <translation>無法產生報告。</translation>
    </message>
    <message>
        <source>The report is saved: {name}</source>
        <translation>報告已儲存：{name}</translation>
    </message>
    <message>
        <source>Presets</source>
        <translation>預設組合</translation>
    </message>
    <message>
        <source>Keep what is set now…</source>
        <translation>儲存目前的設定…</translation>
    </message>
    <message>
        <source>There is a preset {name} already. Replace it?</source>
        <translation>已經有名為「{name}」的預設組合。要取代嗎？</translation>
    </message>
    <message>
        <source>Forget the preset {name}?</source>
        <translation>要移除預設組合「{name}」嗎？</translation>
    </message>
    <message>
        <source>What chooses it by itself goes with it:</source>
        <translation>自動套用它的規則也會一併移除：</translation>
    </message>
    <message>
        <source>Forget</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>This is my voice</source>
        <translation>這是我的聲音</translation>
    </message>
    <message>
        <source>Listening to it…</source>
        <translation>正在聆聽…</translation>
    </message>
    <message>
        <source>Your voice is known, and others are lowered.</source>
        <translation>已認得您的聲音，並會降低其他人的聲音。</translation>
    </message>
    <message>
        <source>Your voice is known, but everyone is heard.</source>
        <translation>已認得您的聲音，但所有人的聲音都會被聽見。</translation>
    </message>
    <message>
        <source>Record ten seconds above in which only you speak.</source>
        <translation>請在上方錄十秒，只有您一個人說話。</translation>
    </message>
    <message>
        <source>Name of the preset:</source>
        <translation>預設組合的名稱：</translation>
    </message>
    <message>
        <source>Meeting</source>
        <translation>會議</translation>
    </message>
    <message>
        <source>Podcast</source>
        <translation>Podcast</translation>
    </message>
    <message>
        <source>Music</source>
        <translation>音樂</translation>
    </message>
    <message>
        <source>Private</source>
        <translation>隱私</translation>
    </message>
    <message>
        <source>Low power</source>
        <translation>省電</translation>
    </message>
    <message>
        <source>It could not be set up.</source>
        <translation>無法完成設定。</translation>
    </message>
    <message>
        <source>Presets by themselves</source>
        <translation>自動套用的預設組合</translation>
    </message>
    <message>
        <source>for example {name}</source>
        <translation>例如 {name}</translation>
    </message>
    <message>
        <source>any</source>
        <translation>任何</translation>
    </message>
    <message>
        <source>Add this rule</source>
        <translation>加入這條規則</translation>
    </message>
    <message>
        <source>While all of a rule holds, its preset is in force; then all is as it was.</source>
        <translation>規則的條件都成立時套用該預設組合；之後一切恢復原狀。</translation>
    </message>
    <message>
        <source>Preset</source>
        <translation>預設組合</translation>
    </message>
    <message>
        <source>While this program uses the camera or the microphone</source>
        <translation>這個程式使用攝影機或麥克風時</translation>
    </message>
    <message>
        <source>While this microphone is heard</source>
        <translation>使用這支麥克風時</translation>
    </message>
    <message>
        <source>At this time of day</source>
        <translation>在這段時間</translation>
    </message>
    <message>
        <source>While this computer runs on its battery</source>
        <translation>這台電腦使用電池時</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>on battery</source>
        <translation>使用電池</translation>
    </message>
    <message>
        <source>Remove {name}</source>
        <translation>移除 {name}</translation>
    </message>
    <message>
        <source>{text} is no time of day like 22:00-07:00.</source>
        <translation>{text} 不是像 22:00-07:00 這樣的時段。</translation>
    </message>
    <message>
        <source>Name a program, a microphone or a time of day, or choose the battery.</source>
        <translation>請指定程式、麥克風或時段，或選擇電池。</translation>
    </message>
    <message>
        <source>It could not be learned.</source>
        <translation>無法認得您的聲音。</translation>
    </message>
    <message>
        <source>People in the meeting</source>
        <translation>會議中的人</translation>
    </message>
    <message>
        <source>Renaming</source>
        <translation>正在重新命名</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>重新命名</translation>
    </message>
    <message>
        <source>They are called so in the film, in the sound files and in the transcript.</source>
        <translation>影片、音檔與逐字稿都會使用這些名稱。</translation>
    </message>
    <message>
        <source>Nobody could be renamed.</source>
        <translation>無法更改任何人的名稱。</translation>
    </message>
    <message>
        <source>Hear {name}</source>
        <translation>聽 {name} 的聲音</translation>
    </message>
    <message>
        <source>Name of {name}</source>
        <translation>{name} 的名稱</translation>
    </message>
    <message>
        <source>Your keyboard has no {keys}; choose other keys.</source>
        <translation>您的鍵盤配置沒有 {keys}；請選擇其他按鍵。</translation>
    </message>
    <message>
        <source>`vcam run` in a terminal says why.</source>
        <translation>在終端機執行 `vcam run` 可得知原因。</translation>
    </message>
    <message>
        <source>The camera service could not be started: {reason}</source>
        <translation>無法啟動攝影機服務：{reason}</translation>
    </message>
    <message>
        <source>{title}: {text}</source>
        <translation>{title}：{text}</translation>
    </message>
</context>
</TS>
