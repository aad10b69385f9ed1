"""Makes the Simplified Chinese catalogue of the Traditional one: OpenCC, then the tables below.

simplified.py vcam_zh_TW.ts vcam_zh_CN.ts

What reads wrong in the mainland gets a line here, or is worded better in the Traditional catalogue.
"""

from __future__ import annotations

import re
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from xml.sax.saxutils import unescape

OPENCC = "1.4"
"""Its words differ between versions: after another number, read what changes in the catalogue."""

TEXTS = {
    "Always": "始终",
    "Ann, Ben": "小王、小李",
    "General": "常规",
    "Never": "从不",
    "None yet. “Enhance…” can write one.": "还没有文字稿。点击“增强…”即可生成。",
    "Nothing is recorded yet. “Record” in the menu begins.": "还没有录像。点击菜单中的“录制”开始。",
    "Podcast": "播客",
    "Quit": "退出",
    "Record": "录制",
    "Record, and stop": "录制，或停止",
    "Recording: {time}": "录制中：{time}",
    "The recording has ended": "录制已结束",
    "The recording stands still": "录制停滞",
    "Who is in": "谁出镜",
}
"""What is called otherwise as a whole, by the English text."""

WORDS = {
    # Punctuation
    "「": "“",
    "」": "”",
    # Devices
    "摄影机": "摄像头",
    "网络摄影机": "外接摄像头",
    "喇叭": "扬声器",
    "虚拟音源线": "虚拟音频线",
    "音效服务器": "音频服务器",
    "音效设备": "音频设备",
    "音效设置": "声音设置",
    "这支": "这个",
    "拔除": "拔出",
    "中断连接": "断开连接",
    # Pictures and sounds
    "影格率": "帧率",
    "画面数": "帧数",
    "每秒 15 张": "每秒 15 帧",
    "每秒 30 张": "每秒 30 帧",
    "每秒 {fps} 张": "每秒 {fps} 帧",
    "每秒张数": "每秒帧数",
    "每张处理": "每帧处理",
    "舍弃": "丢弃",
    "杂讯": "噪点",
    "灰阶": "灰度",
    "柔边": "边缘柔化",
    "暗处降噪": "暗光降噪",
    "入镜": "出镜",
    "去背": "抠图",
    "示范": "演示",
    "回音": "回声",
    "比原录像小声": "比原录像的音量小",
    "正在录像": "正在录制",
    "录像程序": "录制程序",
    "录像清单": "录像列表",
    "逐字稿": "文字稿",
    "依唇形": "按口型",
    "依听到": "按听到",
    "认得": "识别",
    # The computer
    "系统匣": "系统托盘",
    "快速键": "快捷键",
    "全域": "全局",
    "前景": "前台",
    "终端机": "终端",
    "指令": "命令",
    "套件": "软件包",
    "套件程序": "软件包管理器",
    "程序库": "库",
    "会议程序": "会议软件",
    "群组": "用户组",
    "身分": "身份",
    "签署": "签名",
    "安全开机": "安全启动",
    "重新开机": "重启电脑",
    "共用内存": "共享内存",
    "垃圾桶": "回收站",
    "封存库": "归档库",
    "管线": "管道",
    " 比特": " 位",
    "当掉": "崩溃",
    "结束代码": "退出代码",
    "逾时": "超时",
    "回应": "响应",
    "拒绝了要求": "拒绝了请求",
    "错误回报": "问题反馈",
    "发布一些内存": "释放一些内存",
    "清出": "腾出",
    "连上网络一次": "联网一次",
    # Files
    "文字 (": "文本 (",
    "UTF-8 文字": "UTF-8 文本",
    "声音档": "音频文件",
    "音档": "音频文件",
    "媒体档": "媒体文件",
    "模型档": "模型文件",
    "视频档": "视频文件",
    "设置档": "设置文件",
    "记录档": "日志文件",
    "拷贝": "复制",
    "覆写": "覆盖",
    "取代": "替换",
    "发行": "发布",
    "读懂": "解析",
    "正在产生": "正在生成",
    "无法产生": "无法生成",
    # What is done, and how it stands
    "预设组合": "预设",
    "套用": "启用",
    "目前套用": "当前使用",
    "取个名称": "起个名字",
    "加入这条": "添加这条",
    "激活": "启用",
    "已打开": "已开启",
    "再打开": "再开启",
    "保持降噪打开": "保持降噪开启",
    "请打开降噪": "请开启降噪",
    "静音打开": "静音开启",
    "按一下": "点击",
    "按「": "点击“",
    "变更": "更改",
    "维持": "保持",
    "送出": "发送",
    "送出损坏的": "发来了损坏的",
    "透过": "通过",
    "备妥": "准备好",
    "留意": "注意",
    "修正": "修改",
    "淡去": "减弱",
    "得知原因": "了解原因",
    "符合多部": "匹配多个",
    "符合多支": "匹配多个",
    "运作": "运行",
    "未在运行": "未运行",
    "无法运作": "无法工作",
    "不作用": "不起作用",
    "暂时离开中": "已暂时离开",
    "请结束 vcam": "请退出 vcam",
    "请依": "请按",
    "{camera} 与 {mic}": "{camera} 和 {mic}",
    "摄影机与麦克风": "摄像头和麦克风",
    "视频与音频": "视频和音频",
}
"""What OpenCC leaves or makes, and what is said instead; of two that fit, the longer one."""

_MESSAGE = re.compile(
    r"<source>(?P<source>.*?)</source>(?P<between>\s*<translation[^>]*>)"
    r"(?P<text>.*?)(?P<end></translation>)",
    re.DOTALL,
)


def simplified(catalogue: str) -> str:
    """The catalogue `catalogue` (Qt's TS, Traditional Chinese) in Simplified Chinese."""
    from opencc import OpenCC

    to_simplified = OpenCC("tw2sp").convert
    words = re.compile("|".join(map(re.escape, sorted(WORDS, key=len, reverse=True))))

    def in_simplified(message: re.Match[str]) -> str:
        source, between, text, end = message.group("source", "between", "text", "end")
        called = TEXTS.get(unescape(source, {"&apos;": "'", "&quot;": '"'})) if text else None
        said = called or words.sub(lambda word: WORDS[word[0]], to_simplified(text))
        return f"<source>{source}</source>{between}{said}{end}"

    return _MESSAGE.sub(in_simplified, catalogue).replace('language="zh_TW"', 'language="zh_CN"')


def main() -> None:
    try:
        there = version("opencc")
    except PackageNotFoundError:
        there = "not installed"
    if not there.startswith(f"{OPENCC}."):
        sys.exit(f"opencc is {there}; install it with: pip install 'opencc=={OPENCC}.*'")
    source, target = map(Path, sys.argv[1:])
    target.write_text(simplified(source.read_text("utf-8")), "utf-8", newline="\n")


if __name__ == "__main__":
    main()
