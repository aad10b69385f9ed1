<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN">
<context>
    <name></name>
    <message>
        <source>Enhanced Camera</source>
        <translation>Enhanced Camera</translation>
    </message>
    <message>
        <source>A call is using the camera or the microphone.</source>
        <translation>通话正在使用摄像头或麦克风。</translation>
    </message>
    <message>
        <source>A recording is running.</source>
        <translation>正在录制。</translation>
    </message>
    <message>
        <source>A recording is being enhanced, and is not finished then.</source>
        <translation>正在增强一段录像，现在结束就不会完成。</translation>
    </message>
    <message>
        <source>Stop the camera and the microphone too?</source>
        <translation>也要停止摄像头和麦克风吗？</translation>
    </message>
    <message>
        <source>Stop them</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Keep them running</source>
        <translation>继续运行</translation>
    </message>
    <message>
        <source>The recording is enhanced</source>
        <translation>录像已增强</translation>
    </message>
    <message>
        <source>Enhance a recording</source>
        <translation>增强录像</translation>
    </message>
    <message>
        <source>Your desktop shows no tray icons, so this window is the way in. On GNOME, the AppIndicator extension brings the icon back.</source>
        <translation>您的桌面不显示系统托盘图标，请改用这个窗口。在 GNOME 上安装 AppIndicator 扩展即可显示图标。</translation>
    </message>
    <message>
        <source>Camera</source>
        <translation>摄像头</translation>
    </message>
    <message>
        <source>Background</source>
        <translation>背景</translation>
    </message>
    <message>
        <source>The webcam that is enhanced.</source>
        <translation>要增强的摄像头。</translation>
    </message>
    <message>
        <source>The microphone that is enhanced.</source>
        <translation>要增强的麦克风。</translation>
    </message>
    <message>
        <source>180°</source>
        <translation>180°</translation>
    </message>
    <message>
        <source>How far to the right the picture is turned, of a camera that hangs askew.</source>
        <translation>摄像头装歪时，画面要向右转多少。</translation>
    </message>
    <message>
        <source>Turned by</source>
        <translation>转正角度</translation>
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
        <translation>宽度</translation>
    </message>
    <message>
        <source>How wide the Enhanced Camera&apos;s picture is.</source>
        <translation>Enhanced Camera 画面的宽度。</translation>
    </message>
    <message>
        <source>Height</source>
        <translation>高度</translation>
    </message>
    <message>
        <source>How high the Enhanced Camera&apos;s picture is.</source>
        <translation>Enhanced Camera 画面的高度。</translation>
    </message>
    <message>
        <source>Frame rate</source>
        <translation>帧率</translation>
    </message>
    <message>
        <source>How many pictures a second the Enhanced Camera gives at most.</source>
        <translation>Enhanced Camera 每秒最多提供的帧数。</translation>
    </message>
    <message>
        <source>What is seen in place of the room behind you.</source>
        <translation>替换您身后房间的画面。</translation>
    </message>
    <message>
        <source>Blur strength</source>
        <translation>模糊程度</translation>
    </message>
    <message>
        <source>How far the room is out of focus.</source>
        <translation>房间失焦的程度。</translation>
    </message>
    <message>
        <source>Darker</source>
        <translation>调暗</translation>
    </message>
    <message>
        <source>How much light the background loses, so that you stand out; below 0 it gains.</source>
        <translation>背景减少多少光线，让您更醒目；小于 0 则变亮。</translation>
    </message>
    <message>
        <source>Less colour</source>
        <translation>减少色彩</translation>
    </message>
    <message>
        <source>How much colour the background loses; at 100 % it is grey.</source>
        <translation>背景减少多少色彩；100 % 时为灰度。</translation>
    </message>
    <message>
        <source>Soft edge</source>
        <translation>边缘柔化</translation>
    </message>
    <message>
        <source>How wide you fade into the background, in a picture 720 px high.</source>
        <translation>您与背景交界处的柔化宽度，以 720 px 高的画面为准。</translation>
    </message>
    <message>
        <source>Who is in</source>
        <translation>谁出镜</translation>
    </message>
    <message>
        <source>Of several people; in a call, a click on a face in the picture makes it you alone.</source>
        <translation>有好几个人时使用；通话中点一下画面上的某张脸，就只有那个人出镜。</translation>
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
        <translation>自动亮度</translation>
    </message>
    <message>
        <source>Lifts your face out of the dark, gently.</source>
        <translation>自然地提亮您的脸部。</translation>
    </message>
    <message>
        <source>Less noise in the dark</source>
        <translation>暗光降噪</translation>
    </message>
    <message>
        <source>Takes the camera&apos;s noise out of the picture where there is any.</source>
        <translation>在画面有噪点时去除摄像头的噪点。</translation>
    </message>
    <message>
        <source>Touch-up</source>
        <translation>美肤</translation>
    </message>
    <message>
        <source>Evens out your face&apos;s skin; eyes, hair, glasses and beards stay as they are.</source>
        <translation>让脸部肌肤更均匀；眼睛、头发、眼镜和胡须保持原样。</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>轻微</translation>
    </message>
    <message>
        <source>Strong</source>
        <translation>强</translation>
    </message>
    <message>
        <source>Your brightness</source>
        <translation>您的亮度</translation>
    </message>
    <message>
        <source>Makes you brighter or darker, and leaves the room as it is.</source>
        <translation>让您变亮或变暗，房间保持原样。</translation>
    </message>
    <message>
        <source>Portrait light</source>
        <translation>人像光</translation>
    </message>
    <message>
        <source>A soft lamp from the side that follows your face.</source>
        <translation>从侧面照来、跟随您脸部的柔光。</translation>
    </message>
    <message>
        <source>Colour of the light</source>
        <translation>光的颜色</translation>
    </message>
    <message>
        <source>From cool to warm; 0 is white.</source>
        <translation>由冷到暖；0 为白光。</translation>
    </message>
    <message>
        <source>Automatic framing</source>
        <translation>自动取景</translation>
    </message>
    <message>
        <source>The picture follows you and keeps you in its middle, with all that are there.</source>
        <translation>画面跟着您移动，让您和在场的人都在中央。</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>缩放</translation>
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
        <translation>放大后显示画面的哪个部分。</translation>
    </message>
    <message>
        <source>Up or down</source>
        <translation>上下位置</translation>
    </message>
    <message>
        <source>Mirror the picture</source>
        <translation>镜像画面</translation>
    </message>
    <message>
        <source>Others see you as in a mirror; writing is reversed.</source>
        <translation>他人会看到左右相反的画面，文字也左右相反。</translation>
    </message>
    <message>
        <source>How much of the noise is taken away.</source>
        <translation>去除噪音的程度。</translation>
    </message>
    <message>
        <source>The best one listens 20 ms ahead and holds the voice back for as long. Automatic takes it for recordings, and in calls while there is a picture.</source>
        <translation>“最佳”会多听之后的 20 毫秒，声音也因此晚 20 毫秒发送。“自动”在处理录像时，以及通话中有画面时会使用它。</translation>
    </message>
    <message>
        <source>Whose voice</source>
        <translation>听谁的声音</translation>
    </message>
    <message>
        <source>Only me lowers other voices in the room, once yours has been learned: from ten seconds recorded with this microphone, or from your lips while you speak.</source>
        <translation>“只有我”会在识别您的声音后，降低房间里其他人的声音；用这个麦克风录十秒，或在您说话时看着您的嘴唇，就能识别。</translation>
    </message>
    <message>
        <source>Everyone</source>
        <translation>所有人</translation>
    </message>
    <message>
        <source>Your voice</source>
        <translation>您的声音</translation>
    </message>
    <message>
        <source>How your voice sounds, as numbers that nobody can hear; they stay here.</source>
        <translation>以一组数字记录您声音的特征，无法播放，而且只留在这台电脑上。</translation>
    </message>
    <message>
        <source>Your face</source>
        <translation>您的脸</translation>
    </message>
    <message>
        <source>Who you are: the most prominent face, or one by its number. With everyone, the lips of all faces on camera count.</source>
        <translation>您是谁：最显眼的脸，或指定编号的脸。选择所有人时，镜头前每张脸的嘴唇都会纳入判断。</translation>
    </message>
    <message>
        <source>Echo cancellation</source>
        <translation>回声消除</translation>
    </message>
    <message>
        <source>What your loudspeakers play is taken out of your microphone. Auto rests while you wear headphones.</source>
        <translation>把扬声器播放的声音从您的麦克风中去除；“自动”在您戴耳机时不起作用。</translation>
    </message>
    <message>
        <source>Automatic level</source>
        <translation>自动音量</translation>
    </message>
    <message>
        <source>Brings your voice to an even loudness; noise is not lifted. Most meeting programs do so themselves.</source>
        <translation>让您的语音保持一致的响度；噪音不会被放大。多数会议软件本身就有这项功能。</translation>
    </message>
    <message>
        <source>Noise in the voices of others fades, in programs that play on the Enhanced Speaker.</source>
        <translation>程序通过 Enhanced Speaker 播放时，他人声音里的噪音会减弱。</translation>
    </message>
    <message>
        <source>Hints</source>
        <translation>提示</translation>
    </message>
    <message>
        <source>Says once in a call when facing the camera would help the sound.</source>
        <translation>面向摄像头能改善声音时，每次通话提醒一次。</translation>
    </message>
    <message>
        <source>Sends the camera and the microphone as they are.</source>
        <translation>直接发送摄像头和麦克风的原始内容。</translation>
    </message>
    <message>
        <source>Others see a standby card in place of you.</source>
        <translation>他人会看到待机画面。</translation>
    </message>
    <message>
        <source>Mute</source>
        <translation>静音</translation>
    </message>
    <message>
        <source>Others hear silence in place of you.</source>
        <translation>他人听不到您的声音。</translation>
    </message>
    <message>
        <source>Away</source>
        <translation>暂时离开</translation>
    </message>
    <message>
        <source>The camera is paused and the microphone muted, until you are back.</source>
        <translation>摄像头暂停、麦克风静音，直到您回来。</translation>
    </message>
    <message>
        <source>Hear yourself live</source>
        <translation>实时听自己的声音</translation>
    </message>
    <message>
        <source>Plays what others would hear to you; wear headphones, or it howls.</source>
        <translation>播放他人会听到的声音给您听；请戴耳机，否则会产生啸叫。</translation>
    </message>
    <message>
        <source>Keeps what others see and hear in your folder of videos.</source>
        <translation>将他人看到与听到的内容存到您的视频文件夹。</translation>
    </message>
    <message>
        <source>Preview of what others see</source>
        <translation>预览他人看到的画面</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>处理前</translation>
    </message>
    <message>
        <source>After</source>
        <translation>处理后</translation>
    </message>
    <message>
        <source>Microphone</source>
        <translation>麦克风</translation>
    </message>
    <message>
        <source>Automatic ({name})</source>
        <translation>自动（{name}）</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>Demo picture</source>
        <translation>演示画面</translation>
    </message>
    <message>
        <source>Demo voice</source>
        <translation>演示语音</translation>
    </message>
    <message>
        <source>{name} (not connected)</source>
        <translation>{name}（未连接）</translation>
    </message>
    <message>
        <source>Welcome</source>
        <translation>欢迎</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>上一步</translation>
    </message>
    <message>
        <source>Choose your devices</source>
        <translation>选择设备</translation>
    </message>
    <message>
        <source>Say something: the bar moves when you are heard.</source>
        <translation>说说话：听得到时音量条就会移动。</translation>
    </message>
    <message>
        <source>See yourself</source>
        <translation>看看自己</translation>
    </message>
    <message>
        <source>This is what others will see. Choose what is behind you.</source>
        <translation>这就是他人将看到的画面。选择您身后的背景。</translation>
    </message>
    <message>
        <source>Use it in your call</source>
        <translation>在通话中使用</translation>
    </message>
    <message>
        <source>Every app lists it beside your other devices. Choose it once.</source>
        <translation>每个应用程序都会将它与您的其他设备并列，只需选择一次。</translation>
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
        <translation>正在启动摄像头服务…</translation>
    </message>
    <message>
        <source>The camera service is not running.</source>
        <translation>摄像头服务未运行。</translation>
    </message>
    <message>
        <source>Start it</source>
        <translation>启动</translation>
    </message>
    <message>
        <source>Step {n} of {all}</source>
        <translation>第 {n} 步，共 {all} 步</translation>
    </message>
    <message>
        <source>Click the arrow beside Video and beside Mute, then choose {camera} and {mic}.</source>
        <translation>点击“视频”与“静音”旁的箭头，然后选择 {camera} 和 {mic}。</translation>
    </message>
    <message>
        <source>⋮ → Settings → Video and Audio, then choose {camera} and {mic}.</source>
        <translation>⋮ → 设置 → 视频和音频，然后选择 {camera} 和 {mic}。</translation>
    </message>
    <message>
        <source>⋯ → Settings → Devices, then choose {camera} and {mic}.</source>
        <translation>⋯ → 设置 → 设备，然后选择 {camera} 和 {mic}。</translation>
    </message>
    <message>
        <source>Other apps</source>
        <translation>其他应用程序</translation>
    </message>
    <message>
        <source>Look for the camera {camera} and the microphone {mic} in the app&apos;s settings.</source>
        <translation>在应用程序的设置中选择摄像头 {camera} 与麦克风 {mic}。</translation>
    </message>
    <message>
        <source>Switch off the app&apos;s own blur and noise suppression: one is enough.</source>
        <translation>请关闭应用程序本身的模糊与降噪功能：一种就够了。</translation>
    </message>
    <message>
        <source>None</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Blur</source>
        <translation>模糊</translation>
    </message>
    <message>
        <source>Add…</source>
        <translation>添加…</translation>
    </message>
    <message>
        <source>Add a picture, or drop one here</source>
        <translation>添加图片，或拖放到这里</translation>
    </message>
    <message>
        <source>Background colour</source>
        <translation>背景颜色</translation>
    </message>
    <message>
        <source>Choose recordings</source>
        <translation>选择录像</translation>
    </message>
    <message>
        <source>Open when done</source>
        <translation>完成后打开</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Enhance</source>
        <translation>增强</translation>
    </message>
    <message>
        <source>One is being enhanced; choose this again afterwards.</source>
        <translation>正在增强另一段录像；请在完成后再选择一次。</translation>
    </message>
    <message>
        <source>As it is</source>
        <translation>保持原样</translation>
    </message>
    <message>
        <source>Picture…</source>
        <translation>图片…</translation>
    </message>
    <message>
        <source>Twice</source>
        <translation>两倍</translation>
    </message>
    <message>
        <source>Four times</source>
        <translation>四倍</translation>
    </message>
    <message>
        <source>Larger and sharper; takes long.</source>
        <translation>更大更清晰；需要较长时间。</translation>
    </message>
    <message>
        <source>People</source>
        <translation>人物</translation>
    </message>
    <message>
        <source>A sound track for each</source>
        <translation>每人一条音轨</translation>
    </message>
    <message>
        <source>Their names</source>
        <translation>姓名</translation>
    </message>
    <message>
        <source>Ann, Ben</source>
        <translation>小王、小李</translation>
    </message>
    <message>
        <source>Up to five who are seen, told by their lips, and a track for the rest.</source>
        <translation>最多五位出镜的人，按口型分辨；其余声音另成一轨。</translation>
    </message>
    <message>
        <source>From left to right.</source>
        <translation>由左至右。</translation>
    </message>
    <message>
        <source>As it is heard</source>
        <translation>按听到的语言</translation>
    </message>
    <message>
        <source>Write down what is said</source>
        <translation>将说话内容转成文字</translation>
    </message>
    <message>
        <source>The first time, a speech model of about 480 MB is fetched.</source>
        <translation>第一次会下载约 480 MB 的语音模型。</translation>
    </message>
    <message>
        <source>Choose a background picture</source>
        <translation>选择背景图片</translation>
    </message>
    <message>
        <source>Pictures ({patterns})</source>
        <translation>图片 ({patterns})</translation>
    </message>
    <message>
        <source>{name} is there already. Replace older results?</source>
        <translation>{name} 已经存在。要替换旧的结果吗？</translation>
    </message>
    <message>
        <source>Replace</source>
        <translation>替换</translation>
    </message>
    <message>
        <source>Done: {name}</source>
        <translation>完成：{name}</translation>
    </message>
    <message>
        <source>None chosen yet; drop some here</source>
        <translation>尚未选择；可拖放到这里</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Fetching the speech model: {percent} %</source>
        <translation>正在下载语音模型：{percent} %</translation>
    </message>
    <message>
        <source>{percent} % done</source>
        <translation>已完成 {percent} %</translation>
    </message>
    <message>
        <source>less than a minute left</source>
        <translation>剩余不到一分钟</translation>
    </message>
    <message>
        <source>about {n} minutes left</source>
        <translation>约剩 {n} 分钟</translation>
    </message>
    <message>
        <source>about {n} hours left</source>
        <translation>约剩 {n} 小时</translation>
    </message>
    <message>
        <source>Dusk</source>
        <translation>黄昏</translation>
    </message>
    <message>
        <source>Harbour</source>
        <translation>港口夜色</translation>
    </message>
    <message>
        <source>Sunlit wall</source>
        <translation>阳光白墙</translation>
    </message>
    <message>
        <source>Green wall</source>
        <translation>绿墙</translation>
    </message>
    <message>
        <source>Colour…</source>
        <translation>颜色…</translation>
    </message>
    <message>
        <source>Remove from the gallery</source>
        <translation>从图库移除</translation>
    </message>
    <message>
        <source>{name} could not be removed ({reason}).</source>
        <translation>无法移除 {name}（{reason}）。</translation>
    </message>
    <message>
        <source>the trash does not take it</source>
        <translation>无法移到回收站</translation>
    </message>
    <message>
        <source>Only pictures on this computer can be added.</source>
        <translation>只能添加这台电脑上的图片。</translation>
    </message>
    <message>
        <source>Drop here</source>
        <translation>拖放到这里</translation>
    </message>
    <message>
        <source>Recordings</source>
        <translation>录像</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>This program</source>
        <translation>本程序</translation>
    </message>
    <message>
        <source>Start with the desktop</source>
        <translation>登录时自动启动</translation>
    </message>
    <message>
        <source>The system&apos;s language</source>
        <translation>系统语言</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>Show the recordings</source>
        <translation>显示录像</translation>
    </message>
    <message>
        <source>Your recordings</source>
        <translation>您的录像</translation>
    </message>
    <message>
        <source>Play, search and enhance them.</source>
        <translation>播放、搜索与增强。</translation>
    </message>
    <message>
        <source>Cleans up the sound and the picture of files you have.</source>
        <translation>改善您现有文件的声音与画面。</translation>
    </message>
    <message>
        <source>Show the first steps</source>
        <translation>显示入门步骤</translation>
    </message>
    <message>
        <source>The camera and the microphone are there before your first call.</source>
        <translation>在第一次通话之前，摄像头和麦克风就已准备好。</translation>
    </message>
    <message>
        <source>First steps</source>
        <translation>入门步骤</translation>
    </message>
    <message>
        <source>Choosing devices, and how to use them in a call.</source>
        <translation>选择设备，以及如何在通话中使用。</translation>
    </message>
    <message>
        <source>Devices</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Picture quality</source>
        <translation>画质</translation>
    </message>
    <message>
        <source>Voice</source>
        <translation>声音</translation>
    </message>
    <message>
        <source>In a call</source>
        <translation>通话中</translation>
    </message>
    <message>
        <source>Saves power: 640 × 360, 15 a second</source>
        <translation>省电：640 × 360，每秒 15 帧</translation>
    </message>
    <message>
        <source>Balanced: 1280 × 720, 30 a second</source>
        <translation>均衡：1280 × 720，每秒 30 帧</translation>
    </message>
    <message>
        <source>Sharp: 1920 × 1080, 30 a second</source>
        <translation>清晰：1920 × 1080，每秒 30 帧</translation>
    </message>
    <message>
        <source>{width} × {height}, {fps} a second</source>
        <translation>{width} × {height}，每秒 {fps} 帧</translation>
    </message>
    <message>
        <source>A call that is running may have to select the camera again after a change.</source>
        <translation>更改后，进行中的通话可能需要重新选择摄像头。</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>键盘快捷键</translation>
    </message>
    <message>
        <source>Bind these commands to keys in the keyboard settings of your desktop.</source>
        <translation>在桌面环境的键盘设置中，将这些命令绑定到按键。</translation>
    </message>
    <message>
        <source>They work while any program is in front.</source>
        <translation>无论哪个程序在前台都有效。</translation>
    </message>
    <message>
        <source>The desktop gives no global keys.</source>
        <translation>桌面环境不提供全局快捷键。</translation>
    </message>
    <message>
        <source>The preset {name}</source>
        <translation>预设“{name}”</translation>
    </message>
    <message>
        <source>All effects off, and on again</source>
        <translation>关闭所有效果，或再开启</translation>
    </message>
    <message>
        <source>Pause the camera, and on again</source>
        <translation>暂停摄像头，或再开启</translation>
    </message>
    <message>
        <source>Mute the microphone, and on again</source>
        <translation>麦克风静音，或再开启</translation>
    </message>
    <message>
        <source>Away, and back again</source>
        <translation>暂时离开，或再回来</translation>
    </message>
    <message>
        <source>Record, and stop</source>
        <translation>录制，或停止</translation>
    </message>
    <message>
        <source>Speak through the mute, while held</source>
        <translation>按住说话（静音时也可以）</translation>
    </message>
    <message>
        <source>Be silent, while held</source>
        <translation>按住静音</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Copy {command}</source>
        <translation>复制 {command}</translation>
    </message>
    <message>
        <source>Effects off</source>
        <translation>关闭效果</translation>
    </message>
    <message>
        <source>Pause camera</source>
        <translation>暂停摄像头</translation>
    </message>
    <message>
        <source>Record</source>
        <translation>录制</translation>
    </message>
    <message>
        <source>The check did not finish; `vcam doctor` in a terminal says why.</source>
        <translation>检查未完成；在终端运行 `vcam doctor` 可了解原因。</translation>
    </message>
    <message>
        <source>The check could not be started.</source>
        <translation>无法开始检查。</translation>
    </message>
    <message>
        <source>{db} decibels</source>
        <translation>{db} 分贝</translation>
    </message>
    <message>
        <source>Noise suppression</source>
        <translation>降噪</translation>
    </message>
    <message>
        <source>Fans, keyboards and streets fade; your voice stays.</source>
        <translation>风扇、键盘与街道声减弱，您的声音不变。</translation>
    </message>
    <message>
        <source>Strength</source>
        <translation>强度</translation>
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
        <translation>唇语辅助</translation>
    </message>
    <message>
        <source>While the camera sees your mouth, voices that are not yours are held back. Nothing is stored.</source>
        <translation>摄像头看得到您的嘴时，会抑制不是您发出的声音。不会保存任何内容。</translation>
    </message>
    <message>
        <source>Waiting for the camera.</source>
        <translation>正在等待摄像头。</translation>
    </message>
    <message>
        <source>{number} people are in view, and heard.</source>
        <translation>镜头前有 {number} 人，他们的声音都会保留。</translation>
    </message>
    <message>
        <source>Your face is in view.</source>
        <translation>已看到您的脸。</translation>
    </message>
    <message>
        <source>No face in view; the sound is cleaned without it.</source>
        <translation>看不到脸；仅以声音降噪。</translation>
    </message>
    <message>
        <source>Whose lips</source>
        <translation>以谁的嘴唇为准</translation>
    </message>
    <message>
        <source>The face in front</source>
        <translation>最前面的脸</translation>
    </message>
    <message>
        <source>Everyone on camera</source>
        <translation>镜头前的所有人</translation>
    </message>
    <message>
        <source>The face you chose</source>
        <translation>您选择的脸</translation>
    </message>
    <message>
        <source>The preview marks whose voice is listened for.</source>
        <translation>预览画面会标出听取的是谁的声音。</translation>
    </message>
    <message>
        <source>Face {number} from the left</source>
        <translation>左起第 {number} 张脸</translation>
    </message>
    <message>
        <source>Always</source>
        <translation>始终</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>从不</translation>
    </message>
    <message>
        <source>Level of your microphone</source>
        <translation>您的麦克风音量</translation>
    </message>
    <message>
        <source>Level that others hear</source>
        <translation>他人听到的音量</translation>
    </message>
    <message>
        <source>Your microphone</source>
        <translation>您的麦克风</translation>
    </message>
    <message>
        <source>What others hear</source>
        <translation>他人听到的声音</translation>
    </message>
    <message>
        <source>{name} could not be copied ({reason}).</source>
        <translation>无法复制 {name}（{reason}）。</translation>
    </message>
    <message>
        <source>{name} is a folder; drop pictures.</source>
        <translation>{name} 是文件夹；请拖放图片。</translation>
    </message>
    <message>
        <source>{name} is not there any more.</source>
        <translation>{name} 已不存在。</translation>
    </message>
    <message>
        <source>{name} has more than 60 megapixels.</source>
        <translation>{name} 超过 6000 万像素。</translation>
    </message>
    <message>
        <source>{name} is too small; it needs at least 120 pixels a side.</source>
        <translation>{name} 太小；每边至少需要 120 像素。</translation>
    </message>
    <message>
        <source>{name} cannot be read as a picture; it may be damaged.</source>
        <translation>无法读取图片 {name}；文件可能已损坏。</translation>
    </message>
    <message>
        <source>Not running</source>
        <translation>未运行</translation>
    </message>
    <message>
        <source>Camera: off</source>
        <translation>摄像头：关闭</translation>
    </message>
    <message>
        <source>Microphone: off</source>
        <translation>麦克风：关闭</translation>
    </message>
    <message>
        <source>The camera is not working</source>
        <translation>摄像头无法工作</translation>
    </message>
    <message>
        <source>The microphone is not working</source>
        <translation>麦克风无法工作</translation>
    </message>
    <message>
        <source>The camera needs attention</source>
        <translation>摄像头需要注意</translation>
    </message>
    <message>
        <source>The microphone needs attention</source>
        <translation>麦克风需要注意</translation>
    </message>
    <message>
        <source>You are away</source>
        <translation>您已暂时离开</translation>
    </message>
    <message>
        <source>Microphone muted</source>
        <translation>麦克风已静音</translation>
    </message>
    <message>
        <source>All effects are off</source>
        <translation>所有效果已关闭</translation>
    </message>
    <message>
        <source>The camera is paused</source>
        <translation>摄像头已暂停</translation>
    </message>
    <message>
        <source>Live</source>
        <translation>运行中</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>正在启动…</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>已就绪</translation>
    </message>
    <message>
        <source>Camera: paused</source>
        <translation>摄像头：已暂停</translation>
    </message>
    <message>
        <source>Camera: preview only, apps cannot select it yet</source>
        <translation>摄像头：仅供预览，应用程序尚无法选用</translation>
    </message>
    <message>
        <source>Camera: used by {apps}</source>
        <translation>摄像头：{apps} 使用中</translation>
    </message>
    <message>
        <source>Camera: in use</source>
        <translation>摄像头：使用中</translation>
    </message>
    <message>
        <source>Camera: not in use</source>
        <translation>摄像头：未使用</translation>
    </message>
    <message>
        <source>Microphone: muted</source>
        <translation>麦克风：已静音</translation>
    </message>
    <message>
        <source>Microphone: used by {apps}</source>
        <translation>麦克风：{apps} 使用中</translation>
    </message>
    <message>
        <source>Microphone: in use</source>
        <translation>麦克风：使用中</translation>
    </message>
    <message>
        <source>Microphone: not in use</source>
        <translation>麦克风：未使用</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>比较</translation>
    </message>
    <message>
        <source>Shows the camera&apos;s own picture beside the enhanced one</source>
        <translation>并排显示摄像头的原始画面与增强后的画面</translation>
    </message>
    <message>
        <source>What others see</source>
        <translation>他人看到的画面</translation>
    </message>
    <message>
        <source>The camera service is not running</source>
        <translation>摄像头服务未运行</translation>
    </message>
    <message>
        <source>The camera is starting…</source>
        <translation>摄像头正在启动…</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>General</source>
        <translation>常规</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>The camera service is not running, so calls see no picture from here.</source>
        <translation>摄像头服务未运行，通话看不到这里的画面。</translation>
    </message>
    <message>
        <source>Calls cannot select the Enhanced Camera yet: something has to be installed.</source>
        <translation>通话尚无法选用 Enhanced Camera：还需要安装一些组件。</translation>
    </message>
    <message>
        <source>What to do</source>
        <translation>如何处理</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>画面</translation>
    </message>
    <message>
        <source>Sound</source>
        <translation>声音</translation>
    </message>
    <message>
        <source>Enhanced Speaker</source>
        <translation>Enhanced Speaker</translation>
    </message>
    <message>
        <source>Check again</source>
        <translation>重新检查</translation>
    </message>
    <message>
        <source>Save a report…</source>
        <translation>保存报告…</translation>
    </message>
    <message>
        <source>What a bug report needs, without your name and the names of your files</source>
        <translation>问题反馈所需的信息，不含您的姓名与文件名称</translation>
    </message>
    <message>
        <source>Set it up…</source>
        <translation>进行设置…</translation>
    </message>
    <message>
        <source>Shows the commands that mend it, and runs them once you agree</source>
        <translation>显示修复所需的命令，经您同意后运行</translation>
    </message>
    <message>
        <source>Looking at this computer…</source>
        <translation>正在检查这台电脑…</translation>
    </message>
    <message>
        <source>This computer is ready</source>
        <translation>这台电脑已就绪</translation>
    </message>
    <message>
        <source>Something is missing</source>
        <translation>缺少某些项目</translation>
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
        <translation>安全启动</translation>
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
        <translation>音频服务器</translation>
    </message>
    <message>
        <source>Networks</source>
        <translation>神经网络</translation>
    </message>
    <message>
        <source>Denoisers</source>
        <translation>降噪器</translation>
    </message>
    <message>
        <source>Processor used</source>
        <translation>使用的处理器</translation>
    </message>
    <message>
        <source>Tray icons</source>
        <translation>系统托盘图标</translation>
    </message>
    <message>
        <source>no camera was found; the demo picture is used</source>
        <translation>找不到摄像头；目前使用演示画面</translation>
    </message>
    <message>
        <source>Plug in a webcam, or switch on the built-in one.</source>
        <translation>请连接外接摄像头，或打开内置摄像头。</translation>
    </message>
    <message>
        <source>There is no {name} for this system ({system}).</source>
        <translation>这个系统（{system}）没有 {name}。</translation>
    </message>
    <message>
        <source>The PipeWire server does not take the Enhanced Camera ({error}); {command}.</source>
        <translation>PipeWire 服务器不接受 Enhanced Camera（{error}）；{command}。</translation>
    </message>
    <message>
        <source>The fast denoiser works in place of the one chosen. {cause}</source>
        <translation>目前改用快速的降噪器。{cause}</translation>
    </message>
    <message>
        <source>The settings cannot be read from {path} ({error}): the defaults are used, and no change is kept for the next start until they can be read.</source>
        <translation>无法从 {path} 读取设置（{error}）：目前使用默认值；在能读取之前，任何更改都不会保留到下次启动。</translation>
    </message>
    <message>
        <source>The settings file has what does not fit ({why}); the default is used for {names}, and a copy of the file as it is is kept as {path}.</source>
        <translation>设置文件有不适用的内容（{why}）；{names} 改用默认值，原文件的副本保留为 {path}。</translation>
    </message>
    <message>
        <source>The presets cannot be read from {path} ({error}): those that come with vcam are used, and no change is kept until they can be read.</source>
        <translation>无法从 {path} 读取预设（{error}）：目前使用 vcam 附带的；在能读取之前，任何更改都不会保留。</translation>
    </message>
    <message>
        <source>{path} is a picture and no recording; {cure}.</source>
        <translation>{path} 是图片，不是录像；{cure}。</translation>
    </message>
    <message>
        <source>{path} has no sound to clean; {cure}.</source>
        <translation>{path} 没有可处理的声音；{cure}。</translation>
    </message>
    <message>
        <source>{path} cannot be read as sound; it is damaged or of an unknown kind.</source>
        <translation>无法将 {path} 当作声音读取；文件已损坏或类型不明。</translation>
    </message>
    <message>
        <source>vcam failed at {path} ({error}); {cure}.</source>
        <translation>vcam 处理 {path} 时失败（{error}）；{cure}。</translation>
    </message>
    <message>
        <source>There is no sound track {number} in {path}; it has {count}.</source>
        <translation>{path} 没有第 {number} 条音轨；它共有 {count} 条。</translation>
    </message>
    <message>
        <source>{path} cannot hold {names} as in the recording; this is encoded anew.</source>
        <translation>{path} 无法原样保留录像中的 {names}；已重新编码。</translation>
    </message>
    <message>
        <source>{path} breaks off after {seen} of {length} seconds; the result has what is there. Copy the file again for the rest.</source>
        <translation>{path} 共 {length} 秒，但在 {seen} 秒处中断；现有内容已全部输出。如需其余部分，请重新复制文件。</translation>
    </message>
    <message>
        <source>{path} breaks off after {seen} seconds, within a piece of it; the result has what is there. Copy the file again for the rest.</source>
        <translation>{path} 在 {seen} 秒处中断，最后一段不完整；现有内容已全部输出。如需其余部分，请重新复制文件。</translation>
    </message>
    <message>
        <source>{path} shows nobody whose voice could be told by the lips; its voices stay together.</source>
        <translation>{path} 中没有可按口型分辨声音的人；各人的声音未分开。</translation>
    </message>
    <message>
        <source>The voices in {path} cannot be taken apart ({error}).</source>
        <translation>无法分开 {path} 中的声音（{error}）。</translation>
    </message>
    <message>
        <source>{path} has no sound that could be taken apart.</source>
        <translation>{path} 没有可以分开的声音。</translation>
    </message>
    <message>
        <source>&apos;{name}&apos; cannot name one of several files; choose another name.</source>
        <translation>“{name}”不能用作多个文件之一的名称；请另选名称。</translation>
    </message>
    <message>
        <source>{count} names are too many; up to {most} people are told apart.</source>
        <translation>{count} 个姓名太多；最多可分辨 {most} 人。</translation>
    </message>
    <message>
        <source>{path} has nobody&apos;s sound file beside it; enhance the recording and {cure}.</source>
        <translation>{path} 旁边没有任何人的音频文件；请再次增强这段录像并{cure}。</translation>
    </message>
    <message>
        <source>{path} exists already; choose another name.</source>
        <translation>{path} 已经存在；请另选名称。</translation>
    </message>
    <message>
        <source>{path} has {name}, which could not be copied; nobody is renamed.</source>
        <translation>{path} 中的 {name} 无法复制；没有更改任何姓名。</translation>
    </message>
    <message>
        <source>Super resolution enlarges 2 or 4 times, not {factor}.</source>
        <translation>放大倍数为 2 或 4，不能是 {factor}。</translation>
    </message>
    <message>
        <source>There is nothing to do; {cure}.</source>
        <translation>没有要做的事；{cure}。</translation>
    </message>
    <message>
        <source>There is nothing to enhance; name at least one recording.</source>
        <translation>没有要增强的文件；请至少指定一段录像。</translation>
    </message>
    <message>
        <source>{path} would be one file; several results need a folder.</source>
        <translation>{path} 是单一文件；多个结果需要文件夹。</translation>
    </message>
    <message>
        <source>{path} cannot be the result; name a folder or a file that ends in {ends}.</source>
        <translation>{path} 不能当作结果；请指定文件夹，或以 {ends} 结尾的文件。</translation>
    </message>
    <message>
        <source>{first} and {second} would both become {path}; rename one.</source>
        <translation>{first} 与 {second} 都会变成 {path}；请将其中一个改名。</translation>
    </message>
    <message>
        <source>{path} is one of the recordings; {cure}.</source>
        <translation>{path} 是其中一段录像；{cure}。</translation>
    </message>
    <message>
        <source>{path} exists already; {cure}.</source>
        <translation>{path} 已存在；{cure}。</translation>
    </message>
    <message>
        <source>{path} would be sound alone and stay as it is; {cure}.</source>
        <translation>{path} 只会有声音，而且与原来相同；{cure}。</translation>
    </message>
    <message>
        <source>{path} is being made by another vcam; wait for it.</source>
        <translation>另一个 vcam 正在生成 {path}；请等它完成。</translation>
    </message>
    <message>
        <source>{sentences}</source>
        <translation>{sentences}</translation>
    </message>
    <message>
        <source>{first} and {second} would both be written to {path}; cut them out into different folders.</source>
        <translation>{first} 与 {second} 都会写入 {path}；抠图时请选择不同的文件夹。</translation>
    </message>
    <message>
        <source>{path} would be overwritten; choose another output folder.</source>
        <translation>{path} 会被覆盖；请选择其他输出文件夹。</translation>
    </message>
    <message>
        <source>{path} is a file; choose a folder for the results.</source>
        <translation>{path} 是文件；请为结果选择文件夹。</translation>
    </message>
    <message>
        <source>{path} is not a picture that can be read; use JPEG, PNG or WebP.</source>
        <translation>{path} 不是可读取的图片；请使用 JPEG、PNG 或 WebP。</translation>
    </message>
    <message>
        <source>{path} has {kind} pixels; save it with 8 or 16 bits.</source>
        <translation>{path} 的像素格式是 {kind}；请以 8 或 16 位保存。</translation>
    </message>
    <message>
        <source>The transcript of {path} cannot be made ({error}).</source>
        <translation>无法制作 {path} 的文字稿（{error}）。</translation>
    </message>
    <message>
        <source>There is no language &apos;{language}&apos; for a transcript; give a code like en, de or ja, or zh-TW, zh-CN, or auto.</source>
        <translation>没有可用于文字稿的语言“{language}”；请使用 en、de、ja、zh-TW、zh-CN 等代码，或 auto。</translation>
    </message>
    <message>
        <source>The transcript needs what is not here ({error}); install it in vcam&apos;s folder with: pip install -e &apos;.[transcript]&apos; &amp;&amp; pip install --no-deps faster-whisper</source>
        <translation>文字稿需要尚未安装的组件（{error}）；请在 vcam 的文件夹安装：pip install -e &apos;.[transcript]&apos; &amp;&amp; pip install --no-deps faster-whisper</translation>
    </message>
    <message>
        <source>The transcript needs what is not here ({error}); install vcam again.</source>
        <translation>文字稿需要的组件不存在（{error}）；请重新安装 vcam。</translation>
    </message>
    <message>
        <source>{folder} holds no Whisper model that can be used ({error}).</source>
        <translation>{folder} 中没有可用的 Whisper 模型（{error}）。</translation>
    </message>
    <message>
        <source>{folder} is no Whisper model for CTranslate2 (it has no {missing}); {cure}.</source>
        <translation>{folder} 不是 CTranslate2 用的 Whisper 模型（缺少 {missing}）；{cure}。</translation>
    </message>
    <message>
        <source>The speech model cannot be downloaded ({error}); {cure}.</source>
        <translation>无法下载语音模型（{error}）；{cure}。</translation>
    </message>
    <message>
        <source>An archive is worked on by Ray, which is not here; install it in vcam&apos;s folder with: pip install -e &apos;.[cluster]&apos;</source>
        <translation>处理归档库需要 Ray，但尚未安装；请在 vcam 的文件夹安装：pip install -e &apos;.[cluster]&apos;</translation>
    </message>
    <message>
        <source>An archive is worked on by Ray, which is not part of the package; run vcam from source for it.</source>
        <translation>处理归档库需要 Ray，但不在软件包中；请从源代码运行 vcam。</translation>
    </message>
    <message>
        <source>{path} cannot be used ({error}).</source>
        <translation>无法使用 {path}（{error}）。</translation>
    </message>
    <message>
        <source>{path} is no folder; name the one with the recordings.</source>
        <translation>{path} 不是文件夹；请指定录像所在的文件夹。</translation>
    </message>
    <message>
        <source>{path} is not on the machine {node}; mount the folder there in the same place.</source>
        <translation>电脑 {node} 上没有 {path}；请在该电脑的相同位置挂载此文件夹。</translation>
    </message>
    <message>
        <source>{path} has changed since it was looked for; the same command takes it as it is then.</source>
        <translation>{path} 在列出之后已更改；再次运行相同的命令，就会处理它当时的内容。</translation>
    </message>
    <message>
        <source>The machine {node} has {name} {found} and not {needed}; install the same vcam there.</source>
        <translation>电脑 {node} 的 {name} 是 {found}，而不是 {needed}；请在该电脑安装相同的 vcam。</translation>
    </message>
    <message>
        <source>A recording needs {needed} GiB of memory, and {available} GiB are free; close other programs.</source>
        <translation>一段录像需要 {needed} GiB 内存，目前只有 {available} GiB 可用；请关闭其他程序。</translation>
    </message>
    <message>
        <source>What worked on {path} ended unexpectedly ({error}); the same command tries it again.</source>
        <translation>处理 {path} 的进程意外结束（{error}）；再次运行相同的命令会重试。</translation>
    </message>
    <message>
        <source>{path} is no index of an archive; `vcam archive` makes one.</source>
        <translation>{path} 不是归档库的索引；`vcam archive` 会创建索引。</translation>
    </message>
    <message>
        <source>Which package has v4l2loopback here is not known; install it as your system does.</source>
        <translation>不知道此系统的哪个软件包含有 v4l2loopback；请按您系统的方式安装。</translation>
    </message>
    <message>
        <source>Fedora has v4l2loopback in RPM Fusion alone; switch that on as https://rpmfusion.org says, then run `vcam setup` again.</source>
        <translation>Fedora 只有 RPM Fusion 提供 v4l2loopback；请按 https://rpmfusion.org 的说明启用，然后再运行一次 `vcam setup`。</translation>
    </message>
    <message>
        <source>Log out and in again afterwards, so that you are in the group.</source>
        <translation>之后请注销再登录，用户组才会生效。</translation>
    </message>
    <message>
        <source>PipeWire is installed and systemd does not run here: start pipewire, wireplumber and pipewire-pulse as your system does.</source>
        <translation>已安装 PipeWire，但这里没有运行 systemd：请按您系统的方式启动 pipewire、wireplumber 与 pipewire-pulse。</translation>
    </message>
    <message>
        <source>Secure boot is on, so the kernel takes v4l2loopback only with a key it knows: type sudo mokutil --import {key}, choose a password, restart and enrol the key.</source>
        <translation>安全启动已启用，内核只接受以已知密钥签名的 v4l2loopback：请输入 sudo mokutil --import {key}，设置密码，重启电脑并注册密钥。</translation>
    </message>
    <message>
        <source>Packages that were installed and the group stay; your system&apos;s package program removes v4l2loopback.</source>
        <translation>已安装的软件包与用户组会保留；可用系统的软件包管理器移除 v4l2loopback。</translation>
    </message>
    <message>
        <source>There is nothing to set up on this system.</source>
        <translation>此系统没有需要设置的项目。</translation>
    </message>
    <message>
        <source>This failed: {line}</source>
        <translation>这一步失败了：{line}</translation>
    </message>
    <message>
        <source>There is neither polkit nor sudo to do this with; as root, type: {lines}</source>
        <translation>没有 polkit 或 sudo 可用；请以 root 身份输入：{lines}</translation>
    </message>
    <message>
        <source>The password was not given; to do it yourself, type: {lines}</source>
        <translation>未输入密码；若要自行处理，请输入：{lines}</translation>
    </message>
    <message>
        <source>Not all of it could be done; to do it yourself, type: {lines}</source>
        <translation>未能全部完成；若要自行处理，请输入：{lines}</translation>
    </message>
    <message>
        <source>could not be looked at: {error}</source>
        <translation>无法检查：{error}</translation>
    </message>
    <message>
        <source>on: the kernel refuses an unsigned v4l2loopback</source>
        <translation>已开启：内核会拒绝未签名的 v4l2loopback</translation>
    </message>
    <message>
        <source>no microphone was found; the demo voice is used</source>
        <translation>找不到麦克风；目前使用演示语音</translation>
    </message>
    <message>
        <source>Plug in a microphone, or switch it on in the system&apos;s sound settings.</source>
        <translation>请连接麦克风，或在系统的声音设置中启用。</translation>
    </message>
    <message>
        <source>neither PulseAudio nor PipeWire answers</source>
        <translation>PulseAudio 与 PipeWire 都没有响应</translation>
    </message>
    <message>
        <source>no sound server answers</source>
        <translation>没有音频服务器响应</translation>
    </message>
    <message>
        <source>That setting does not fit: {why}.</source>
        <translation>这个设置不适用：{why}。</translation>
    </message>
    <message>
        <source>There is no camera or video file &apos;{name}&apos;; cameras here: {names}.</source>
        <translation>没有摄像头或视频文件“{name}”；这里的摄像头有：{names}。</translation>
    </message>
    <message>
        <source>The camera &apos;{name}&apos; is not there; plug it in again.</source>
        <translation>找不到摄像头“{name}”；请重新连接。</translation>
    </message>
    <message>
        <source>The camera &apos;{name}&apos; was unplugged; it is used again once it is back.</source>
        <translation>摄像头“{name}”已被拔出；接回后会再使用。</translation>
    </message>
    <message>
        <source>The camera &apos;{name}&apos; is in use by {others}; close it there first.</source>
        <translation>摄像头“{name}”正由 {others} 使用；请先在那里关闭。</translation>
    </message>
    <message>
        <source>The camera &apos;{name}&apos; gives no picture; close other programs that use it, or plug it in again.</source>
        <translation>摄像头“{name}”没有画面；请关闭使用它的其他程序，或重新连接。</translation>
    </message>
    <message>
        <source>The camera &apos;{name}&apos; stopped giving pictures; plug it in again.</source>
        <translation>摄像头“{name}”不再提供画面；请重新连接。</translation>
    </message>
    <message>
        <source>The camera &apos;{name}&apos; sent a broken picture.</source>
        <translation>摄像头“{name}”发来了损坏的画面。</translation>
    </message>
    <message>
        <source>You may not use the camera &apos;{name}&apos;; add yourself to the group that owns it: sudo usermod -aG video $USER, then log in again.</source>
        <translation>您没有使用摄像头“{name}”的权限；请将自己加入拥有它的用户组：sudo usermod -aG video $USER，然后重新登录。</translation>
    </message>
    <message>
        <source>The camera cannot be opened ({error}).</source>
        <translation>无法打开摄像头（{error}）。</translation>
    </message>
    <message>
        <source>There is no microphone or sound file &apos;{name}&apos;; microphones here: {names}.</source>
        <translation>没有麦克风或音频文件“{name}”；这里的麦克风有：{names}。</translation>
    </message>
    <message>
        <source>The microphone {name} cannot be opened; it may just have been unplugged.</source>
        <translation>无法打开麦克风 {name}；可能刚被拔出。</translation>
    </message>
    <message>
        <source>The microphone {name} cannot be opened ({error}); another program may hold it.</source>
        <translation>无法打开麦克风 {name}（{error}）；可能正由其他程序使用。</translation>
    </message>
    <message>
        <source>The microphone {name} is gone.</source>
        <translation>麦克风 {name} 已断开连接。</translation>
    </message>
    <message>
        <source>The microphone {name} gives no sound.</source>
        <translation>麦克风 {name} 没有声音。</translation>
    </message>
    <message>
        <source>The microphone or the sound server does not answer.</source>
        <translation>麦克风或音频服务器没有响应。</translation>
    </message>
    <message>
        <source>The sound server does not take our sound.</source>
        <translation>音频服务器不接受我们的声音。</translation>
    </message>
    <message>
        <source>The sound server no longer takes our sound.</source>
        <translation>音频服务器不再接受我们的声音。</translation>
    </message>
    <message>
        <source>v4l2loopback is not installed</source>
        <translation>尚未安装 v4l2loopback</translation>
    </message>
    <message>
        <source>v4l2loopback is not loaded</source>
        <translation>尚未加载 v4l2loopback</translation>
    </message>
    <message>
        <source>libpulse is not installed</source>
        <translation>尚未安装 libpulse</translation>
    </message>
    <message>
        <source>The background picture cannot be shown; choose another one.</source>
        <translation>无法显示背景图片；请选择其他图片。</translation>
    </message>
    <message>
        <source>There is no portrait model, so the picture is held back.</source>
        <translation>没有人像模型，因此不发送画面。</translation>
    </message>
    <message>
        <source>The portrait model failed ({error}), so the picture is held back.</source>
        <translation>人像模型发生错误（{error}），因此不发送画面。</translation>
    </message>
    <message>
        <source>The face network failed ({error}).</source>
        <translation>脸部神经网络发生错误（{error}）。</translation>
    </message>
    <message>
        <source>The denoiser fails ({error}); the voice is plain.</source>
        <translation>降噪器发生错误（{error}）；发送原始语音。</translation>
    </message>
    <message>
        <source>The lip gate fails ({error}) and is left out.</source>
        <translation>唇语辅助发生错误（{error}），已略过。</translation>
    </message>
    <message>
        <source>Face the camera for better sound.</source>
        <translation>面向摄像头，声音会更好。</translation>
    </message>
    <message>
        <source>The settings file could not be understood ({error}); it is kept as {path} and the defaults are used.</source>
        <translation>无法解析设置文件（{error}）；已保留为 {path}，并改用默认值。</translation>
    </message>
    <message>
        <source>The settings could not be saved to {path} ({error}), so they are not kept for the next start. Free some space or mend the folder&apos;s permissions.</source>
        <translation>无法将设置存到 {path}（{error}），因此下次启动时不会保留。请腾出空间或修改文件夹权限。</translation>
    </message>
    <message>
        <source>plug one in, or choose another under Camera</source>
        <translation>请连接摄像头，或在“摄像头”页选择其他来源</translation>
    </message>
    <message>
        <source>plug one in, or choose another under Microphone</source>
        <translation>请连接麦克风，或在“麦克风”页选择其他来源</translation>
    </message>
    <message>
        <source>choose automatic or fast under Denoiser</source>
        <translation>请在“降噪器”选择“自动”或“快速”</translation>
    </message>
    <message>
        <source>record ten seconds under Hear yourself and choose This is my voice</source>
        <translation>请在“听听自己”录十秒，再点击“这是我的声音”</translation>
    </message>
    <message>
        <source>Install vcam-cuda of this version, CUDA 13 and cuDNN 9.</source>
        <translation>请安装相同版本的 vcam-cuda、CUDA 13 与 cuDNN 9。</translation>
    </message>
    <message>
        <source>leave noise suppression on, or choose a background or super resolution</source>
        <translation>请保持降噪开启，或选择背景或放大倍数</translation>
    </message>
    <message>
        <source>choose a background or super resolution</source>
        <translation>请选择背景或放大倍数</translation>
    </message>
    <message>
        <source>choose a sound track for each</source>
        <translation>选择“每人一条音轨”</translation>
    </message>
    <message>
        <source>switch noise suppression on</source>
        <translation>请开启降噪</translation>
    </message>
    <message>
        <source>switch noise suppression off</source>
        <translation>关闭降噪</translation>
    </message>
    <message>
        <source>choose another place</source>
        <translation>请选择其他位置</translation>
    </message>
    <message>
        <source>enhance it again to go on with it</source>
        <translation>再增强一次就会从中断处继续</translation>
    </message>
    <message>
        <source>choose a recording</source>
        <translation>请选择录像</translation>
    </message>
    <message>
        <source>use this machine alone</source>
        <translation>只使用这台电脑</translation>
    </message>
    <message>
        <source>name another folder</source>
        <translation>请指定其他文件夹</translation>
    </message>
    <message>
        <source>connect to the internet once</source>
        <translation>请联网一次</translation>
    </message>
    <message>
        <source>choose another folder</source>
        <translation>请选择其他文件夹</translation>
    </message>
    <message>
        <source>vcam is not running; `vcam run` starts it.</source>
        <translation>vcam 未运行；`vcam run` 可启动它。</translation>
    </message>
    <message>
        <source>vcam closed the connection; is it still running?</source>
        <translation>vcam 关闭了连接；它还在运行吗？</translation>
    </message>
    <message>
        <source>vcam does not answer; end it with `vcam stop` or its process and start it again.</source>
        <translation>vcam 没有响应；请运行 `vcam stop` 或结束其进程，然后重新启动。</translation>
    </message>
    <message>
        <source>vcam was told to stop but is still running.</source>
        <translation>已要求 vcam 停止，但它仍在运行。</translation>
    </message>
    <message>
        <source>The control connection cannot be opened ({error}).</source>
        <translation>无法打开控制连接（{error}）。</translation>
    </message>
    <message>
        <source>vcam made a mistake; its log in {folder} says more.</source>
        <translation>vcam 发生错误；{folder} 中的日志文件有更多信息。</translation>
    </message>
    <message>
        <source>vcam refused the request: {error}.</source>
        <translation>vcam 拒绝了请求：{error}。</translation>
    </message>
    <message>
        <source>vcam is already running (process {pid}); `vcam stop` ends it.</source>
        <translation>vcam 已在运行（进程 {pid}）；`vcam stop` 可结束它。</translation>
    </message>
    <message>
        <source>A new version of vcam is installed; end vcam and start it again to use it.</source>
        <translation>已安装新版的 vcam；请退出 vcam 后重新启动以使用新版。</translation>
    </message>
    <message>
        <source>The devices cannot be listed; see `vcam devices`.</source>
        <translation>无法列出设备；请查看 `vcam devices`。</translation>
    </message>
    <message>
        <source>{path} exists already; name another file.</source>
        <translation>{path} 已存在；请指定其他文件。</translation>
    </message>
    <message>
        <source>The preview page cannot be opened ({error}).</source>
        <translation>无法打开预览页面（{error}）。</translation>
    </message>
    <message>
        <source>The picture is shown at {address} only.</source>
        <translation>画面只显示在 {address}。</translation>
    </message>
    <message>
        <source>There is no screen for the tray; `vcam run` does without.</source>
        <translation>没有可显示系统托盘的屏幕；`vcam run` 不需要屏幕。</translation>
    </message>
    <message>
        <source>The output cannot be written ({error}); free some space or send it elsewhere.</source>
        <translation>无法写入输出（{error}）；请腾出空间，或改送到别处。</translation>
    </message>
    <message>
        <source>&apos;{word}&apos; is not text in UTF-8; rename the file or device.</source>
        <translation>“{word}”不是 UTF-8 文本；请将文件或设备改名。</translation>
    </message>
    <message>
        <source>The folder {folder} does not belong to you; set XDG_RUNTIME_DIR to a folder of yours.</source>
        <translation>文件夹 {folder} 不属于您；请将 XDG_RUNTIME_DIR 设为您的文件夹。</translation>
    </message>
    <message>
        <source>The folder {folder} cannot be used ({error}); set XDG_RUNTIME_DIR to a folder of yours.</source>
        <translation>无法使用文件夹 {folder}（{error}）；请将 XDG_RUNTIME_DIR 设为您的文件夹。</translation>
    </message>
    <message>
        <source>Shared memory could not be made at {path} ({error}); free some space.</source>
        <translation>无法在 {path} 创建共享内存（{error}）；请腾出空间。</translation>
    </message>
    <message>
        <source>The shared memory {path} cannot be opened ({error}).</source>
        <translation>无法打开共享内存 {path}（{error}）。</translation>
    </message>
    <message>
        <source>The shared memory {path} is not one of vcam&apos;s mailboxes.</source>
        <translation>共享内存 {path} 不是 vcam 的信箱。</translation>
    </message>
    <message>
        <source>The shared memory {path} is not one of vcam&apos;s rings.</source>
        <translation>共享内存 {path} 不是 vcam 的环形缓冲区。</translation>
    </message>
    <message>
        <source>{cause} It is started again now.</source>
        <translation>{cause}现在重新启动。</translation>
    </message>
    <message>
        <source>{cause} It is started again in {seconds} s.</source>
        <translation>{cause}将在 {seconds} 秒后重新启动。</translation>
    </message>
    <message>
        <source>The {name} worker hung and was ended.</source>
        <translation>{name} 进程停止响应，已将其结束。</translation>
    </message>
    <message>
        <source>The {name} worker was ended by {signal}.</source>
        <translation>{name} 进程被 {signal} 结束。</translation>
    </message>
    <message>
        <source>The {name} worker ended by itself (exit code {code}).</source>
        <translation>{name} 进程自行结束（退出代码 {code}）。</translation>
    </message>
    <message>
        <source>The {name} worker crashed ({error}).</source>
        <translation>{name} 进程崩溃（{error}）。</translation>
    </message>
    <message>
        <source>The {name} worker could not be started ({error}).</source>
        <translation>无法启动 {name} 进程（{error}）。</translation>
    </message>
    <message>
        <source>The model manifest {path} cannot be read ({error}); install vcam again.</source>
        <translation>无法读取模型清单 {path}（{error}）；请重新安装 vcam。</translation>
    </message>
    <message>
        <source>There is no model &apos;{name}&apos;; the manifest has: {known}.</source>
        <translation>没有模型“{name}”；清单中有：{known}。</translation>
    </message>
    <message>
        <source>The model file {path} is missing; install vcam again.</source>
        <translation>缺少模型文件 {path}；请重新安装 vcam。</translation>
    </message>
    <message>
        <source>The model file {path} is not the one that was published (its SHA-256 differs from the manifest&apos;s); install vcam again.</source>
        <translation>模型文件 {path} 不是发布的文件（其 SHA-256 与清单不同）；请重新安装 vcam。</translation>
    </message>
    <message>
        <source>The model file {path} cannot be opened ({error}); free some memory or install vcam again.</source>
        <translation>无法打开模型文件 {path}（{error}）；请释放一些内存，或重新安装 vcam。</translation>
    </message>
    <message>
        <source>The model file {path} is another network than this version needs: {difference}; install vcam again.</source>
        <translation>模型文件 {path} 不是此版本所需的神经网络：{difference}；请重新安装 vcam。</translation>
    </message>
    <message>
        <source>No camera was found; {cure}.</source>
        <translation>找不到摄像头；{cure}。</translation>
    </message>
    <message>
        <source>&apos;{name}&apos; fits several cameras; there are: {names}.</source>
        <translation>“{name}”匹配多个摄像头：{names}。</translation>
    </message>
    <message>
        <source>&apos;{name}&apos; is vcam&apos;s own output and cannot be its input; choose the camera that looks at you.</source>
        <translation>“{name}”是 vcam 自己的输出，不能当作输入；请选择对着您的摄像头。</translation>
    </message>
    <message>
        <source>{cause} The picture comes from {name} meanwhile.</source>
        <translation>{cause}目前的画面来自 {name}。</translation>
    </message>
    <message>
        <source>&apos;{path}&apos; has no video that can be played; choose another file.</source>
        <translation>“{path}”没有可播放的视频；请选择其他文件。</translation>
    </message>
    <message>
        <source>&apos;{path}&apos; has a broken picture ({error}).</source>
        <translation>“{path}”有损坏的画面（{error}）。</translation>
    </message>
    <message>
        <source>&apos;{path}&apos; cannot be read any more ({error}).</source>
        <translation>无法再读取“{path}”（{error}）。</translation>
    </message>
    <message>
        <source>The demo&apos;s files are missing ({error}); install again.</source>
        <translation>缺少演示文件（{error}）；请重新安装。</translation>
    </message>
    <message>
        <source>The demo&apos;s picture cannot be read; install vcam again.</source>
        <translation>无法读取演示画面；请重新安装 vcam。</translation>
    </message>
    <message>
        <source>There is no Enhanced Camera: {cause}; {command}.</source>
        <translation>没有 Enhanced Camera：{cause}；{command}。</translation>
    </message>
    <message>
        <source>v4l2loopback is loaded with {others} but without &quot;Enhanced Camera&quot;</source>
        <translation>v4l2loopback 已加载 {others}，但没有“Enhanced Camera”</translation>
    </message>
    <message>
        <source>{device} cannot be opened ({error})</source>
        <translation>无法打开 {device}（{error}）</translation>
    </message>
    <message>
        <source>v4l2loopback is loaded without exclusive_caps=1, so browsers do not list it</source>
        <translation>v4l2loopback 加载时没有 exclusive_caps=1，因此浏览器不会列出它</translation>
    </message>
    <message>
        <source>The Enhanced Camera&apos;s device is gone; load it again: {command}.</source>
        <translation>Enhanced Camera 的设备已消失；请重新加载：{command}。</translation>
    </message>
    <message>
        <source>{device} takes no pictures: {error}; {command}.</source>
        <translation>{device} 不接受画面：{error}；{command}。</translation>
    </message>
    <message>
        <source>{device} is already used as a camera by {name} (process {pid}); close that program.</source>
        <translation>{device} 已被 {name}（进程 {pid}）当作摄像头使用；请关闭该程序。</translation>
    </message>
    <message>
        <source>The Enhanced Camera stays at {size} while programs use it and cannot become {other}; choose another camera in those programs first.</source>
        <translation>Enhanced Camera 在程序使用期间保持 {size}，无法改为 {other}；请先在那些程序中选择其他摄像头。</translation>
    </message>
    <message>
        <source>There is no Enhanced Camera in PipeWire because no server answers; {command}.</source>
        <translation>PipeWire 中没有 Enhanced Camera，因为没有服务器响应；{command}。</translation>
    </message>
    <message>
        <source>PipeWire has gone and the Enhanced Camera with it; {command}.</source>
        <translation>PipeWire 已停止，Enhanced Camera 也随之消失；{command}。</translation>
    </message>
    <message>
        <source>There is no {name}; {cause}.</source>
        <translation>没有 {name}；{cause}。</translation>
    </message>
    <message>
        <source>{name} cannot be opened ({error}); {cause}.</source>
        <translation>无法打开 {name}（{error}）；{cause}。</translation>
    </message>
    <message>
        <source>{name} is closed.</source>
        <translation>{name} 已关闭。</translation>
    </message>
    <message>
        <source>install UnityCapture from https://github.com/schellingb/UnityCapture with: regsvr32 &quot;/i:UnityCaptureName=Enhanced Camera&quot; UnityCaptureFilter64.dll</source>
        <translation>请从 https://github.com/schellingb/UnityCapture 安装 UnityCapture：regsvr32 &quot;/i:UnityCaptureName=Enhanced Camera&quot; UnityCaptureFilter64.dll</translation>
    </message>
    <message>
        <source>install OBS Studio from https://obsproject.com, start its virtual camera once and close it</source>
        <translation>请从 https://obsproject.com 安装 OBS Studio，启动其虚拟摄像头一次后关闭</translation>
    </message>
    <message>
        <source>The background &apos;{path}&apos; is neither a picture nor a film; choose another one.</source>
        <translation>背景“{path}”既不是图片也不是视频；请选择其他文件。</translation>
    </message>
    <message>
        <source>There is no picture {path}; choose another background.</source>
        <translation>没有图片 {path}；请选择其他背景。</translation>
    </message>
    <message>
        <source>The background failed ({error}), so the picture is held back.</source>
        <translation>背景处理发生错误（{error}），因此不发送画面。</translation>
    </message>
    <message>
        <source>The effect {name} failed ({error}) and is left out.</source>
        <translation>效果 {name} 发生错误（{error}），已略过。</translation>
    </message>
    <message>
        <source>This computer is busy: the picture&apos;s borders and background are followed less often.</source>
        <translation>这台电脑正忙：画面的边缘与背景更新得较少。</translation>
    </message>
    <message>
        <source>No microphone was found; {cure}.</source>
        <translation>找不到麦克风；{cure}。</translation>
    </message>
    <message>
        <source>&apos;{name}&apos; fits several microphones; there are: {names}.</source>
        <translation>“{name}”匹配多个麦克风：{names}。</translation>
    </message>
    <message>
        <source>&apos;{name}&apos; is vcam&apos;s own output and cannot be its input; choose the microphone you speak into.</source>
        <translation>“{name}”是 vcam 自己的输出，不能当作输入；请选择您说话用的麦克风。</translation>
    </message>
    <message>
        <source>{cause} Using {name} meanwhile.</source>
        <translation>{cause}目前改用 {name}。</translation>
    </message>
    <message>
        <source>The microphone {name} is muted in the system; unmute it there.</source>
        <translation>麦克风 {name} 在系统中已设为静音；请在系统中取消静音。</translation>
    </message>
    <message>
        <source>The microphone {name} gives nothing but silence; it may be muted or switched off.</source>
        <translation>麦克风 {name} 完全没有声音；它可能已设为静音或关闭。</translation>
    </message>
    <message>
        <source>{path} has no sound; choose a file with a sound track.</source>
        <translation>{path} 没有声音；请选择有音轨的文件。</translation>
    </message>
    <message>
        <source>{path} cannot be read as sound; choose a media file that plays.</source>
        <translation>无法将 {path} 当作声音读取；请选择可播放的媒体文件。</translation>
    </message>
    <message>
        <source>There is no Enhanced Microphone because {cause}; start one: systemctl --user start pipewire-pulse, or pulseaudio --start.</source>
        <translation>没有 Enhanced Microphone，因为{cause}；请启动一个：systemctl --user start pipewire-pulse，或 pulseaudio --start。</translation>
    </message>
    <message>
        <source>There is no Enhanced Speaker because {cause}.</source>
        <translation>没有 Enhanced Speaker，因为{cause}。</translation>
    </message>
    <message>
        <source>There is no Enhanced Speaker because the system has no output that is not a cable.</source>
        <translation>没有 Enhanced Speaker，因为系统没有虚拟音频线以外的输出设备。</translation>
    </message>
    <message>
        <source>There is nothing to play on what comes to the Enhanced Speaker; connect loudspeakers or headphones.</source>
        <translation>送到 Enhanced Speaker 的声音没有地方播放；请接上扬声器或耳机。</translation>
    </message>
    <message>
        <source>There is no Enhanced Speaker: install {cable}, which apps then play into.</source>
        <translation>没有 Enhanced Speaker：请安装 {cable}，再让应用程序的声音输出到它。</translation>
    </message>
    <message>
        <source>the sound server does not make the Enhanced Microphone ({error})</source>
        <translation>音频服务器未创建 Enhanced Microphone（{error}）</translation>
    </message>
    <message>
        <source>The sound server moved our sound to {device}.</source>
        <translation>音频服务器将我们的声音移到了 {device}。</translation>
    </message>
    <message>
        <source>The {name} is muted in the system; unmute it there.</source>
        <translation>{name} 在系统中已设为静音；请在系统中取消静音。</translation>
    </message>
    <message>
        <source>The {name} is turned down to {percent} % in the system; turn it up there.</source>
        <translation>{name} 在系统中的音量已调低至 {percent} %；请在系统中调高。</translation>
    </message>
    <message>
        <source>There is nothing to play on; what programs play is silenced, because it would come into the Enhanced Microphone. Connect loudspeakers or headphones.</source>
        <translation>没有可播放声音的设备；程序播放的声音已静音，否则会进入 Enhanced Microphone。请接上扬声器或耳机。</translation>
    </message>
    <message>
        <source>There is no virtual microphone: {cause}.</source>
        <translation>没有虚拟麦克风：{cause}。</translation>
    </message>
    <message>
        <source>install VB-Cable (https://vb-audio.com/Cable) and choose &apos;CABLE Output&apos; in your call</source>
        <translation>请安装 VB-Cable（https://vb-audio.com/Cable），并在通话中选择“CABLE Output”</translation>
    </message>
    <message>
        <source>install BlackHole (brew install blackhole-2ch) and choose &apos;BlackHole&apos; in your call</source>
        <translation>请安装 BlackHole（brew install blackhole-2ch），并在通话中选择“BlackHole”</translation>
    </message>
    <message>
        <source>this system has no virtual cable vcam knows</source>
        <translation>这个系统没有 vcam 识别的虚拟音频线</translation>
    </message>
    <message>
        <source>{device} no longer takes our sound.</source>
        <translation>{device} 不再接受我们的声音。</translation>
    </message>
    <message>
        <source>{device} cannot be opened ({error}).</source>
        <translation>无法打开 {device}（{error}）。</translation>
    </message>
    <message>
        <source>The PortAudio library is missing, so sound devices cannot be used; install it (Debian: sudo apt install libportaudio2).</source>
        <translation>缺少 PortAudio 库，因此无法使用音频设备；请安装（Debian：sudo apt install libportaudio2）。</translation>
    </message>
    <message>
        <source>The denoiser {name} is not installed; install it with: pip install {package}</source>
        <translation>降噪器 {name} 尚未安装；安装方式：pip install {package}</translation>
    </message>
    <message>
        <source>The denoiser {name} is not part of the package; run vcam from source to have it.</source>
        <translation>降噪器 {name} 不在软件包中；如需使用，请从源代码运行 vcam。</translation>
    </message>
    <message>
        <source>The denoiser {name} does not open ({error}); install it again with: pip install --force-reinstall {package}</source>
        <translation>无法打开降噪器 {name}（{error}）；重新安装：pip install --force-reinstall {package}</translation>
    </message>
    <message>
        <source>{name} is too slow beside all else that runs here, so parts of your voice go out as they are; {cure}.</source>
        <translation>这台电脑同时在做的事太多，{name} 跟不上，您的声音有些片段会原样发送；{cure}。</translation>
    </message>
    <message>
        <source>The echo canceller fails ({error}); others may hear themselves from your loudspeakers.</source>
        <translation>回声消除发生错误（{error}）；他人可能会从您的扬声器听到自己的声音。</translation>
    </message>
    <message>
        <source>The echo canceller cannot be used ({error}), so others may hear themselves from your loudspeakers; install vcam again.</source>
        <translation>无法使用回声消除（{error}），他人可能会从您的扬声器听到自己的声音；请重新安装 vcam。</translation>
    </message>
    <message>
        <source>The automatic level fails ({error}); your voice is sent as it is.</source>
        <translation>自动音量发生错误（{error}）；您的声音会原样发送。</translation>
    </message>
    <message>
        <source>The automatic level cannot be used ({error}), so your voice is sent as loud as it is; install vcam again.</source>
        <translation>无法使用自动音量（{error}），因此您的声音会以原来的音量发送；请重新安装 vcam。</translation>
    </message>
    <message>
        <source>The automatic level cannot be used on Linux on ARM yet (there is no {package} for it), so your voice is sent as loud as it is.</source>
        <translation>在 ARM 的 Linux 上还不能使用自动音量（没有适用的 {package}），因此您的声音会以原来的音量发送。</translation>
    </message>
    <message>
        <source>There is nothing to hear yourself on; connect headphones.</source>
        <translation>没有可供聆听的设备；请接上耳机。</translation>
    </message>
    <message>
        <source>Hearing yourself live is there on Linux alone so far.</source>
        <translation>目前只有在 Linux 上能实时听自己的声音。</translation>
    </message>
    <message>
        <source>The mute fails ({error}); while it is on, the Enhanced Microphone is silent all the same.</source>
        <translation>静音功能发生错误（{error}）；静音开启时，Enhanced Microphone 仍然没有声音。</translation>
    </message>
    <message>
        <source>You are speaking while the microphone is muted.</source>
        <translation>您正在说话，但麦克风已静音。</translation>
    </message>
    <message>
        <source>Your voice is not known, so others in {path} are lowered only once your lips have been seen to speak for ten seconds.</source>
        <translation>尚未识别您的声音，因此在 {path} 中，看到您的嘴唇说话满十秒后，才会降低其他人的声音。</translation>
    </message>
    <message>
        <source>Other voices in the room are not lowered now, because their network fails ({error}).</source>
        <translation>目前无法降低房间里其他人的声音，因为所用的神经网络发生错误（{error}）。</translation>
    </message>
    <message>
        <source>Your voice was learned from your lips, and others are lowered for as long as the microphone is in use.</source>
        <translation>已从您的嘴唇识别您的声音；在麦克风使用期间会降低其他人的声音。</translation>
    </message>
    <message>
        <source>Your voice is being learned from your lips, {heard} of {wanted} seconds so far; until then everyone is heard.</source>
        <translation>正从您的嘴唇学习您的声音，目前 {heard} 秒，共需 {wanted} 秒；在此之前所有人的声音都会被听见。</translation>
    </message>
    <message>
        <source>Your voice has not been learned yet, so others cannot be told from it; {cure}.</source>
        <translation>尚未识别您的声音，因此无法分辨其他人；{cure}。</translation>
    </message>
    <message>
        <source>Nothing was recorded, so your voice is not learned; is the microphone there?</source>
        <translation>没有录到声音，因此无法识别您的声音；麦克风接好了吗？</translation>
    </message>
    <message>
        <source>Too little of a voice was heard to learn it; speak for ten seconds as in a call.</source>
        <translation>听到的人声太少，无法识别；请像通话时一样说十秒钟。</translation>
    </message>
    <message>
        <source>There is no folder for what vcam needs while it runs ({error}); set XDG_RUNTIME_DIR to a folder of yours.</source>
        <translation>没有可供 vcam 运行时使用的文件夹（{error}）；请将 XDG_RUNTIME_DIR 设为您自己的文件夹。</translation>
    </message>
    <message>
        <source>There is no setting &apos;{name}&apos;; known are: {known}.</source>
        <translation>没有设置“{name}”；可用的有：{known}。</translation>
    </message>
    <message>
        <source>Recordings have no &apos;{name}&apos;; what can be set is: {known}.</source>
        <translation>录像没有“{name}”这项设置；可以设置的有：{known}。</translation>
    </message>
    <message>
        <source>&apos;{text}&apos; is not KEY=VALUE; write for example blur=40.</source>
        <translation>“{text}”不是 KEY=VALUE；例如请写 blur=40。</translation>
    </message>
    <message>
        <source>The change is in force, but not yet saved to {path}; its disk is slow.</source>
        <translation>更改已生效，但尚未存到 {path}；该磁盘反应缓慢。</translation>
    </message>
    <message>
        <source>There is no preset &apos;{name}&apos;; known are: {known}.</source>
        <translation>没有名为“{name}”的预设；已有的是：{known}。</translation>
    </message>
    <message>
        <source>A preset cannot hold &apos;{name}&apos;; it can hold: {known}.</source>
        <translation>预设不能包含“{name}”；可以包含：{known}。</translation>
    </message>
    <message>
        <source>The preset &apos;{name}&apos; comes with vcam and stays; save your own under its name instead.</source>
        <translation>“{name}”是 vcam 附带的预设，无法移除；您可以用同一个名称保存自己的。</translation>
    </message>
    <message>
        <source>That rule does not fit: {why}.</source>
        <translation>这条规则不适用：{why}。</translation>
    </message>
    <message>
        <source>Give the preset a name.</source>
        <translation>请为预设起个名字。</translation>
    </message>
    <message>
        <source>The presets could not be saved to {path} ({error}). Free some space or mend the folder&apos;s permissions.</source>
        <translation>无法将预设存到 {path}（{error}）。请腾出空间或修改文件夹权限。</translation>
    </message>
    <message>
        <source>The presets could not be understood ({error}); the file is kept as {path} and those that come with vcam are used.</source>
        <translation>无法解析预设的文件（{error}）；文件已保留为 {path}，并改用 vcam 附带的预设。</translation>
    </message>
    <message>
        <source>What does not fit is left out of the presets ({why}); a copy of the file as it is is kept as {path}.</source>
        <translation>预设中不合适的部分已略过（{why}）；原文件的副本保留为 {path}。</translation>
    </message>
    <message>
        <source>The preset &apos;{name}&apos; is in force ({why}); what was set before comes back after it.</source>
        <translation>当前使用预设“{name}”（{why}）；结束后会恢复先前的设置。</translation>
    </message>
    <message>
        <source>The preset &apos;{name}&apos; is in force while this computer runs on its battery; what was set before comes back after it.</source>
        <translation>这台电脑使用电池时启用预设“{name}”；结束后会恢复先前的设置。</translation>
    </message>
    <message>
        <source>Recordings cannot be written to {folder} ({error}); mend the folder&apos;s permissions or free some space.</source>
        <translation>无法将录像写入 {folder}（{error}）；请修改文件夹权限或腾出空间。</translation>
    </message>
    <message>
        <source>Recordings cannot be written to {folder}; it holds too many of one second.</source>
        <translation>无法将录像写入 {folder}；同一秒的录像太多。</translation>
    </message>
    <message>
        <source>The recorder could not be started ({error}).</source>
        <translation>无法启动录制程序（{error}）。</translation>
    </message>
    <message>
        <source>The recording {path} cannot be written ({error}).</source>
        <translation>无法写入录像 {path}（{error}）。</translation>
    </message>
    <message>
        <source>The disk is full; what was recorded until now is in {path}.</source>
        <translation>磁盘已满；到目前为止的录像在 {path}。</translation>
    </message>
    <message>
        <source>{path} was moved or removed while it was recorded; look for it where its folder is now.</source>
        <translation>录制时 {path} 被移动或删除了；请到它的文件夹现在所在的位置寻找。</translation>
    </message>
    <message>
        <source>No picture came, so nothing was recorded.</source>
        <translation>没有画面，因此没有录到任何内容。</translation>
    </message>
    <message>
        <source>Nothing is written to {path} for the moment; is its drive still there?</source>
        <translation>目前无法写入 {path}；它所在的磁盘还在吗？</translation>
    </message>
    <message>
        <source>The recorder ended unexpectedly; what was recorded until then is kept.</source>
        <translation>录制程序意外结束；在那之前的录像已保留。</translation>
    </message>
    <message>
        <source>{path} does not exist.</source>
        <translation>{path} 不存在。</translation>
    </message>
    <message>
        <source>{path} cannot be read ({error}).</source>
        <translation>无法读取 {path}（{error}）。</translation>
    </message>
    <message>
        <source>{path} is a folder; name the recordings in it.</source>
        <translation>{path} 是文件夹；请指定其中的录像。</translation>
    </message>
    <message>
        <source>{path} is a pipe or a device; name a file with a recording in it.</source>
        <translation>{path} 是管道或设备；请指定含有录制内容的文件。</translation>
    </message>
    <message>
        <source>{path} cannot be read as a recording; it is damaged or of an unknown kind.</source>
        <translation>无法将 {path} 当作录像读取；文件已损坏或类型不明。</translation>
    </message>
    <message>
        <source>{path} is damaged after {seen} seconds; copy it again.</source>
        <translation>{path} 在 {seen} 秒之后损坏；请重新复制文件。</translation>
    </message>
    <message>
        <source>{path} has no sound; choose a recording in which something is heard.</source>
        <translation>{path} 没有声音；请选择听得到声音的录像或录音。</translation>
    </message>
    <message>
        <source>{path} cannot hold {channels} channels; choose a name that ends in .wav.</source>
        <translation>{path} 无法容纳 {channels} 个声道；请选择以 .wav 结尾的文件名。</translation>
    </message>
    <message>
        <source>{path}: {cause}</source>
        <translation>{path}：{cause}</translation>
    </message>
    <message>
        <source>its picture would become {width}×{height}, more than players show.</source>
        <translation>画面会变成 {width}×{height}，超过播放器可显示的大小。</translation>
    </message>
    <message>
        <source>the picture cannot be enhanced ({cause}).</source>
        <translation>无法增强画面（{cause}）。</translation>
    </message>
    <message>
        <source>its sound has {channels} channels; 8 can be written.</source>
        <translation>声音有 {channels} 个声道；最多可写入 8 个。</translation>
    </message>
    <message>
        <source>{path} is without {names}, for which it has no place.</source>
        <translation>{path} 不含 {names}，因为这种文件无法容纳。</translation>
    </message>
    <message>
        <source>{path} is without {names}, of which nothing ever comes.</source>
        <translation>{path} 不含 {names}，因为录像中始终没有其内容。</translation>
    </message>
    <message>
        <source>{path} is without {names}, of which nothing can be heard at the recording&apos;s beginning; cut that off to have it.</source>
        <translation>{path} 不含 {names}，因为录像开头听不到其声音；若要保留，请剪去开头。</translation>
    </message>
    <message>
        <source>{name} cleaned the voice.</source>
        <translation>声音由 {name} 降噪。</translation>
    </message>
    <message>
        <source>Of the {count} sound tracks of {path}, number {number} is heard: there is the voice.</source>
        <translation>{path} 有 {count} 条音轨，采用第 {number} 条：人声在其中。</translation>
    </message>
    <message>
        <source>{path} ends before its index was written, without which nothing in it is found; copy it again, or rebuild it with a tool such as untrunc.</source>
        <translation>{path} 在写入索引之前就结束了，没有索引便无法读取其中的内容；请重新复制，或用 untrunc 之类的工具修复。</translation>
    </message>
    <message>
        <source>{path} has {size} million pixels; make it smaller: {most} million can be read.</source>
        <translation>{path} 有 {size} 百万像素；请缩小：最多可读取 {most} 百万像素。</translation>
    </message>
    <message>
        <source>What was begun of {path} is of another version of vcam or damaged; it is made from its beginning.</source>
        <translation>{path} 先前的进度由另一个版本的 vcam 制作或已损坏；现从头制作。</translation>
    </message>
    <message>
        <source>{path} is damaged at {seconds} seconds; what cannot be read there is passed over.</source>
        <translation>{path} 在 {seconds} 秒处损坏；无法读取的部分已略过。</translation>
    </message>
    <message>
        <source>{path} has sound, but none that is taken for a voice: the result would be silent; {cure}.</source>
        <translation>{path} 有声音，但没有可辨为人声的部分，结果会是无声的；请{cure}。</translation>
    </message>
    <message>
        <source>{name} is not a JPEG, PNG, WebP, GIF or BMP picture and no film.</source>
        <translation>{name} 不是 JPEG、PNG、WebP、GIF 或 BMP 图片，也不是视频。</translation>
    </message>
    <message>
        <source>{name} is larger than {most} MB.</source>
        <translation>{name} 大于 {most} MB。</translation>
    </message>
    <message>
        <source>{keys} has a use already: {what}. Choose other keys.</source>
        <translation>{keys} 已经有用途：{what}。请选择其他按键。</translation>
    </message>
    <message>
        <source>Starting with the desktop could not be changed in {folder} ({error}); mend the folder&apos;s permissions.</source>
        <translation>无法在 {folder} 更改登录时自动启动的设置（{error}）；请修改文件夹权限。</translation>
    </message>
    <message>
        <source>{path} has no sound; there is nothing to write down.</source>
        <translation>{path} 没有声音，无法制作文字稿。</translation>
    </message>
    <message>
        <source>{path} cannot be written ({error}).</source>
        <translation>无法写入 {path}（{error}）。</translation>
    </message>
    <message>
        <source>{path} is quieter than the recording, whose sound is louder than full scale.</source>
        <translation>{path} 比原录像的音量小，因为原录像的声音超过满刻度。</translation>
    </message>
    <message>
        <source>Names are for the voices of a meeting; {cure}.</source>
        <translation>姓名只用于分开会议中的声音；{cure}。</translation>
    </message>
    <message>
        <source>{count} names are too many; the number of people heard in {path} is {there}.</source>
        <translation>{count} 个姓名太多；{path} 有 {there} 个人的声音。</translation>
    </message>
    <message>
        <source>No Ray can be had at {address} ({error}); {cure}.</source>
        <translation>无法使用位于 {address} 的 Ray（{error}）；{cure}。</translation>
    </message>
    <message>
        <source>{path} holds no recordings; {cure}.</source>
        <translation>{path} 中没有录像；{cure}。</translation>
    </message>
    <message>
        <source>The GPU of the machine {node} is not used, and its processor did the work; install what uses it there: pip install &apos;onnxruntime-gpu[cuda,cudnn]&apos;</source>
        <translation>电脑 {node} 的 GPU 没有使用，由处理器完成工作；请在该电脑安装所需软件包：pip install &apos;onnxruntime-gpu[cuda,cudnn]&apos;</translation>
    </message>
    <message>
        <source>{cause}; {kind}</source>
        <translation>{cause}；{kind}</translation>
    </message>
    <message>
        <source>the library is not installed</source>
        <translation>尚未安装这个库</translation>
    </message>
    <message>
        <source>{names}: missing, or not the file that was published</source>
        <translation>{names}：缺少，或不是发布的文件</translation>
    </message>
    <message>
        <source>CPU, although an NVIDIA GPU is here</source>
        <translation>使用 CPU，但这台电脑有 NVIDIA GPU</translation>
    </message>
    <message>
        <source>no screen; use `vcam status` and `vcam set`</source>
        <translation>没有屏幕；请使用 `vcam status` 与 `vcam set`</translation>
    </message>
    <message>
        <source>Qt is not installed</source>
        <translation>未安装 Qt</translation>
    </message>
    <message>
        <source>the desktop shows no tray icons; the window opens instead</source>
        <translation>桌面不显示系统托盘图标；改为打开窗口</translation>
    </message>
    <message>
        <source>On GNOME: sudo apt install gnome-shell-extension-appindicator</source>
        <translation>在 GNOME 上：sudo apt install gnome-shell-extension-appindicator</translation>
    </message>
    <message>
        <source>Install vcam again.</source>
        <translation>请重新安装 vcam。</translation>
    </message>
    <message>
        <source>off</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>starting</source>
        <translation>正在启动</translation>
    </message>
    <message>
        <source>live</source>
        <translation>运行中</translation>
    </message>
    <message>
        <source>asleep until an app uses it</source>
        <translation>休眠，有应用程序使用时唤醒</translation>
    </message>
    <message>
        <source>degraded</source>
        <translation>运行受限</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>无法工作</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>From</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>To</source>
        <translation>输出</translation>
    </message>
    <message>
        <source>Used by</source>
        <translation>使用中的程序</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>尺寸</translation>
    </message>
    <message>
        <source>These commands are run:</source>
        <translation>将运行下列命令：</translation>
    </message>
    <message>
        <source>Nothing to be run here.</source>
        <translation>这里没有可运行的命令。</translation>
    </message>
    <message>
        <source>Run them</source>
        <translation>运行</translation>
    </message>
    <message>
        <source>Setting it up…</source>
        <translation>正在设置…</translation>
    </message>
    <message>
        <source>Pictures a second</source>
        <translation>每秒帧数</translation>
    </message>
    <message>
        <source>Work per picture</source>
        <translation>每帧处理时间</translation>
    </message>
    <message>
        <source>Of that, ms</source>
        <translation>其中（毫秒）</translation>
    </message>
    <message>
        <source>Delay</source>
        <translation>延迟</translation>
    </message>
    <message>
        <source>Runs on</source>
        <translation>运行于</translation>
    </message>
    <message>
        <source>Dropped</source>
        <translation>丢弃</translation>
    </message>
    <message>
        <source>Reconnects, restarts</source>
        <translation>重新连接、重新启动</translation>
    </message>
    <message>
        <source>Work per 10 ms</source>
        <translation>每 10 毫秒处理时间</translation>
    </message>
    <message>
        <source>Denoiser</source>
        <translation>降噪器</translation>
    </message>
    <message>
        <source>Echo</source>
        <translation>回声</translation>
    </message>
    <message>
        <source>being taken away</source>
        <translation>消除中</translation>
    </message>
    <message>
        <source>Late</source>
        <translation>超时</translation>
    </message>
    <message>
        <source>Passed unchanged</source>
        <translation>未经处理</translation>
    </message>
    <message>
        <source>Gaps of the device</source>
        <translation>设备中断次数</translation>
    </message>
    <message>
        <source>colours</source>
        <translation>色彩</translation>
    </message>
    <message>
        <source>face</source>
        <translation>脸部</translation>
    </message>
    <message>
        <source>cutting out</source>
        <translation>抠图</translation>
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
        <translation>美肤</translation>
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
        <translation>启动摄像头服务</translation>
    </message>
    <message>
        <source>Recordings…</source>
        <translation>录像列表…</translation>
    </message>
    <message>
        <source>Settings…</source>
        <translation>设置…</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Enhancing: {percent} %</source>
        <translation>增强中：{percent} %</translation>
    </message>
    <message>
        <source>Enhance a recording…</source>
        <translation>增强录像…</translation>
    </message>
    <message>
        <source>Colour {code}</source>
        <translation>颜色 {code}</translation>
    </message>
    <message>
        <source>Choose a picture…</source>
        <translation>选择图片…</translation>
    </message>
    <message>
        <source>Recording: {time}</source>
        <translation>录制中：{time}</translation>
    </message>
    <message>
        <source>Enhanced Camera has stopped</source>
        <translation>Enhanced Camera 已停止</translation>
    </message>
    <message>
        <source>Click to start it again.</source>
        <translation>点击即可重新启动。</translation>
    </message>
    <message>
        <source>Recordings ({patterns})</source>
        <translation>录像与录音 ({patterns})</translation>
    </message>
    <message>
        <source>The recording could not be enhanced.</source>
        <translation>无法增强这段录像。</translation>
    </message>
    <message>
        <source>Position</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>Hear yourself</source>
        <translation>听听自己</translation>
    </message>
    <message>
        <source>Original</source>
        <translation>原始</translation>
    </message>
    <message>
        <source>Enhanced</source>
        <translation>增强后</translation>
    </message>
    <message>
        <source>Nothing was heard: the microphone gave silence.</source>
        <translation>没有听到声音：麦克风没有信号。</translation>
    </message>
    <message>
        <source>Between your words: {db} dB less noise</source>
        <translation>话语之间的噪音减少 {db} dB</translation>
    </message>
    <message>
        <source>Recording…</source>
        <translation>录音中…</translation>
    </message>
    <message>
        <source>Record {seconds} seconds</source>
        <translation>录音 {seconds} 秒</translation>
    </message>
    <message>
        <source>{ms} ms late</source>
        <translation>延迟 {ms} 毫秒</translation>
    </message>
    <message>
        <source>Speak as in a call; then play it as it was and as others hear it.</source>
        <translation>像通话时一样说话，然后播放原来的声音与他人听到的声音。</translation>
    </message>
    <message>
        <source>The microphone is muted; unmute it to try it out.</source>
        <translation>麦克风已静音；请先取消静音再试听。</translation>
    </message>
    <message>
        <source>Nothing was recorded; is the microphone there? Please try again.</source>
        <translation>没有录到声音；麦克风接好了吗？请再试一次。</translation>
    </message>
    <message>
        <source>There is no loudspeaker or headphone to play it on.</source>
        <translation>没有可供播放的扬声器或耳机。</translation>
    </message>
    <message>
        <source>silence</source>
        <translation>无声</translation>
    </message>
    <message>
        <source>voice {level} LUFS, pauses {noise} LUFS</source>
        <translation>语音 {level} LUFS，停顿 {noise} LUFS</translation>
    </message>
    <message>
        <source>Choose a recording</source>
        <translation>选择录像</translation>
    </message>
    <message>
        <source>This recording has no picture</source>
        <translation>这段录像没有画面</translation>
    </message>
    <message>
        <source>{name} cannot be played; it may be damaged.</source>
        <translation>无法播放 {name}；文件可能已损坏。</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>播放</translation>
    </message>
    <message>
        <source>The recording&apos;s picture</source>
        <translation>录像的画面</translation>
    </message>
    <message>
        <source>The recording stands still</source>
        <translation>录制停滞</translation>
    </message>
    <message>
        <source>The recording has ended</source>
        <translation>录制已结束</translation>
    </message>
    <message>
        <source>The recording is saved</source>
        <translation>录像已保存</translation>
    </message>
    <message>
        <source>Search names and transcripts</source>
        <translation>搜索名称与文字稿</translation>
    </message>
    <message>
        <source>Transcript</source>
        <translation>文字稿</translation>
    </message>
    <message>
        <source>Enhance…</source>
        <translation>增强…</translation>
    </message>
    <message>
        <source>Save transcript…</source>
        <translation>保存文字稿…</translation>
    </message>
    <message>
        <source>People…</source>
        <translation>人物…</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>Close archive</source>
        <translation>关闭归档库</translation>
    </message>
    <message>
        <source>Open archive…</source>
        <translation>打开归档库…</translation>
    </message>
    <message>
        <source>{name} could not be written ({reason}).</source>
        <translation>无法写入 {name}（{reason}）。</translation>
    </message>
    <message>
        <source>None yet. “Enhance…” can write one.</source>
        <translation>还没有文字稿。点击“增强…”即可生成。</translation>
    </message>
    <message>
        <source>Nothing has these words.</source>
        <translation>找不到这些字词。</translation>
    </message>
    <message>
        <source>Nothing is recorded yet. “Record” in the menu begins.</source>
        <translation>还没有录像。点击菜单中的“录制”开始。</translation>
    </message>
    <message>
        <source>Save transcript</source>
        <translation>保存文字稿</translation>
    </message>
    <message>
        <source>Text (*.txt)</source>
        <translation>文本 (*.txt)</translation>
    </message>
    <message>
        <source>Subtitles (*{end})</source>
        <translation>字幕 (*{end})</translation>
    </message>
    <message>
        <source>Open an archive</source>
        <translation>打开归档库</translation>
    </message>
    <message>
        <source>{keys} is not one combination of keys.</source>
        <translation>{keys} 不是一组按键组合。</translation>
    </message>
    <message>
        <source>Use Ctrl, Alt or Meta with a letter or a digit, or a function key.</source>
        <translation>请使用 Ctrl、Alt 或 Meta 搭配字母或数字，或使用功能键。</translation>
    </message>
    <message>
        <source>Another program has {keys}; choose other keys.</source>
        <translation>{keys} 已被其他程序使用；请选择其他按键。</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
    <message>
        <source>The report could not be gathered.</source>
        <translation>无法生成报告。</translation>
    </message>
    <message>
        <source>The report is saved: {name}</source>
        <translation>报告已保存：{name}</translation>
    </message>
    <message>
        <source>Presets</source>
        <translation>预设</translation>
    </message>
    <message>
        <source>Keep what is set now…</source>
        <translation>保存目前的设置…</translation>
    </message>
    <message>
        <source>There is a preset {name} already. Replace it?</source>
        <translation>已经有名为“{name}”的预设。要替换吗？</translation>
    </message>
    <message>
        <source>Forget the preset {name}?</source>
        <translation>要移除预设“{name}”吗？</translation>
    </message>
    <message>
        <source>What chooses it by itself goes with it:</source>
        <translation>自动启用它的规则也会一并移除：</translation>
    </message>
    <message>
        <source>Forget</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>This is my voice</source>
        <translation>这是我的声音</translation>
    </message>
    <message>
        <source>Listening to it…</source>
        <translation>正在聆听…</translation>
    </message>
    <message>
        <source>Your voice is known, and others are lowered.</source>
        <translation>已识别您的声音，并会降低其他人的声音。</translation>
    </message>
    <message>
        <source>Your voice is known, but everyone is heard.</source>
        <translation>已识别您的声音，但所有人的声音都会被听见。</translation>
    </message>
    <message>
        <source>Record ten seconds above in which only you speak.</source>
        <translation>请在上方录十秒，只有您一个人说话。</translation>
    </message>
    <message>
        <source>Name of the preset:</source>
        <translation>预设的名称：</translation>
    </message>
    <message>
        <source>Meeting</source>
        <translation>会议</translation>
    </message>
    <message>
        <source>Podcast</source>
        <translation>播客</translation>
    </message>
    <message>
        <source>Music</source>
        <translation>音乐</translation>
    </message>
    <message>
        <source>Private</source>
        <translation>隐私</translation>
    </message>
    <message>
        <source>Low power</source>
        <translation>省电</translation>
    </message>
    <message>
        <source>It could not be set up.</source>
        <translation>无法完成设置。</translation>
    </message>
    <message>
        <source>Presets by themselves</source>
        <translation>自动启用的预设</translation>
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
        <translation>添加这条规则</translation>
    </message>
    <message>
        <source>While all of a rule holds, its preset is in force; then all is as it was.</source>
        <translation>规则的条件都成立时启用该预设；之后一切恢复原状。</translation>
    </message>
    <message>
        <source>Preset</source>
        <translation>预设</translation>
    </message>
    <message>
        <source>While this program uses the camera or the microphone</source>
        <translation>这个程序使用摄像头或麦克风时</translation>
    </message>
    <message>
        <source>While this microphone is heard</source>
        <translation>使用这个麦克风时</translation>
    </message>
    <message>
        <source>At this time of day</source>
        <translation>在这段时间</translation>
    </message>
    <message>
        <source>While this computer runs on its battery</source>
        <translation>这台电脑使用电池时</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>on battery</source>
        <translation>使用电池</translation>
    </message>
    <message>
        <source>Remove {name}</source>
        <translation>移除 {name}</translation>
    </message>
    <message>
        <source>{text} is no time of day like 22:00-07:00.</source>
        <translation>{text} 不是像 22:00-07:00 这样的时段。</translation>
    </message>
    <message>
        <source>Name a program, a microphone or a time of day, or choose the battery.</source>
        <translation>请指定程序、麦克风或时段，或选择电池。</translation>
    </message>
    <message>
        <source>It could not be learned.</source>
        <translation>无法识别您的声音。</translation>
    </message>
    <message>
        <source>People in the meeting</source>
        <translation>会议中的人</translation>
    </message>
    <message>
        <source>Renaming</source>
        <translation>正在重命名</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>They are called so in the film, in the sound files and in the transcript.</source>
        <translation>视频、音频文件与文字稿都会使用这些名称。</translation>
    </message>
    <message>
        <source>Nobody could be renamed.</source>
        <translation>无法更改任何人的名称。</translation>
    </message>
    <message>
        <source>Hear {name}</source>
        <translation>听 {name} 的声音</translation>
    </message>
    <message>
        <source>Name of {name}</source>
        <translation>{name} 的名称</translation>
    </message>
    <message>
        <source>Your keyboard has no {keys}; choose other keys.</source>
        <translation>您的键盘配置没有 {keys}；请选择其他按键。</translation>
    </message>
    <message>
        <source>`vcam run` in a terminal says why.</source>
        <translation>在终端运行 `vcam run` 可了解原因。</translation>
    </message>
    <message>
        <source>The camera service could not be started: {reason}</source>
        <translation>无法启动摄像头服务：{reason}</translation>
    </message>
    <message>
        <source>{title}: {text}</source>
        <translation>{title}：{text}</translation>
    </message>
</context>
</TS>
