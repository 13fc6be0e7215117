"""Draws what a terminal shows as SVG: text with the colours of tmux capture-pane -e. Usage: terminal_svg.py COLUMNS ROWS TITLE < text"""

import re
import sys
import unicodedata
from html import escape

COLUMNS, ROWS, TITLE = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
CELL, LINE, PAD = 8.4, 18, 12
NO_BREAK = "\u00a0"  # blanks that stand together are one blank to a browser
INK, PAPER = "#d8dee9", "#12161c"
BASIC = ["#3b4252", "#e06c75", "#98c379", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", "#d8dee9"]
BRIGHT = ["#7d8791", "#ff8a93", "#b5e890", "#ffd68a", "#8cc8ff", "#e0a0ff", "#7fe0ea", "#ffffff"]


def of_index(number):
    if number < 8:
        return BASIC[number]
    if number < 16:
        return BRIGHT[number - 8]
    if number < 232:
        number -= 16
        steps = [0, 95, 135, 175, 215, 255]
        return "#%02x%02x%02x" % (steps[number // 36], steps[number // 6 % 6], steps[number % 6])
    grey = 8 + 10 * (number - 232)
    return "#%02x%02x%02x" % (grey, grey, grey)


def obey(codes, style):
    codes = [int(code or 0) for code in codes.split(";")]
    while codes:
        code = codes.pop(0)
        if code == 0:
            style.update(ink=INK, paper=None, bold=False, dim=False, reverse=False)
        elif code in (1, 2, 7):
            style[{1: "bold", 2: "dim", 7: "reverse"}[code]] = True
        elif code == 22:
            style.update(bold=False, dim=False)
        elif code == 27:
            style["reverse"] = False
        elif code in (38, 48):
            where = "ink" if code == 38 else "paper"
            if codes.pop(0) == 5:
                style[where] = of_index(codes.pop(0))
            else:
                style[where] = "#%02x%02x%02x" % tuple(codes.pop(0) for _ in range(3))
        elif 30 <= code <= 37 or 90 <= code <= 97:
            style["ink"] = BASIC[code - 30] if code < 90 else BRIGHT[code - 90]
        elif 40 <= code <= 47:
            style["paper"] = BASIC[code - 40]
        elif code == 39:
            style["ink"] = INK
        elif code == 49:
            style["paper"] = None


def main():
    width, height = COLUMNS * CELL + 2 * PAD, ROWS * LINE + 2 * PAD
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" role="img" aria-label="{escape(TITLE)}">',
        f'<rect width="100%" height="100%" rx="8" fill="{PAPER}"/>',
        '<g font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="14">',
    ]
    style = {}
    obey("0", style)
    for row, line in enumerate(sys.stdin.read().split("\n")[:ROWS]):
        column = 0
        for part in re.split(r"(\x1b\[[0-9;]*m)", line):
            if part.startswith("\x1b"):
                obey(part[2:-1], style)
                continue
            part = re.sub(r"\x1b[()][A-Z0-9]|[\x0e\x0f]", "", part)
            cells = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in part)
            ink, paper = (style["paper"] or PAPER, style["ink"]) if style["reverse"] else (style["ink"], style["paper"])
            x, y = PAD + column * CELL, PAD + row * LINE
            if paper:
                out.append(f'<rect x="{x:.1f}" y="{y}" width="{cells * CELL:.1f}" height="{LINE}" fill="{paper}"/>')
            if part.strip():
                more = (' font-weight="bold"' if style["bold"] else "") + (' opacity="0.6"' if style["dim"] else "")
                out.append(
                    f'<text x="{x:.1f}" y="{y + 13.5}" textLength="{cells * CELL:.1f}" lengthAdjust="spacingAndGlyphs" fill="{ink}"{more}>{escape(part).replace(" ", NO_BREAK)}</text>'
                )
            column += cells
    print("\n".join(out) + "\n</g></svg>")


main()
