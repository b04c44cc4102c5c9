// How the report looks, on a screen and on paper. Colours of the drawings are classes here, so that both agree.
#pragma once

#include <string_view>

namespace aw::cli {

inline constexpr std::string_view kReportStyle = R"css(
:root { --ink: #1d2733; --muted: #5d6976; --line: #d7dde3; --soft: #f4f6f8; --blue: #7fa3c7; --deep: #2f5d8a;
  --amber: #e3a93c; --orange: #d9722b; --red: #b3261e; --green: #2e7d4f; }
* { box-sizing: border-box; }
body { font: 14px/1.45 system-ui, -apple-system, "Segoe UI", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei",
  "WenQuanYi Micro Hei", sans-serif; color: var(--ink); margin: 0 auto; padding: 28px 24px 60px; max-width: 1040px; }
h1 { font-size: 26px; margin: 0 0 2px; letter-spacing: -.01em; }
h2 { font-size: 18px; margin: 38px 0 6px; padding-bottom: 5px; border-bottom: 2px solid var(--ink); }
p { margin: 4px 0 12px; max-width: 76ch; } p.sub, .note { color: var(--muted); }
.cards { display: grid; grid-template-columns: repeat(6, 1fr); gap: 10px; margin: 18px 0 6px; }
.card { border: 1px solid var(--line); border-radius: 6px; padding: 9px 12px; background: var(--soft); min-width: 0; }
.card b { display: block; font-size: 20px; overflow-wrap: anywhere; line-height: 1.2; font-variant-numeric: tabular-nums; }
.card span { color: var(--muted); font-size: 12px; }
table { border-collapse: collapse; width: 100%; margin: 8px 0 12px; font-size: 13px; }
th, td { padding: 4px 8px 4px 0; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
th { border-bottom: 1px solid var(--muted); color: var(--muted); font-weight: 600; font-size: 12px; }
td { border-bottom: 1px solid var(--line); } td:last-child, th:last-child { padding-right: 0; }
.n { text-align: right; font-variant-numeric: tabular-nums; } td.k { white-space: nowrap; }
td.beyond { color: var(--red); font-weight: 700; }
.pill { display: inline-block; border-radius: 9px; padding: 0 8px; font-size: 11.5px; line-height: 17px; font-weight: 600;
  color: #fff; background: var(--muted); white-space: nowrap; }
.pill.INFO, .pill.LOW { background: #8d99a6; } .pill.MEDIUM { background: var(--amber); color: #2b1f00; }
.pill.HIGH { background: var(--orange); } .pill.CRITICAL { background: var(--red); }
.pill.opened { background: var(--deep); } .pill.missed { background: var(--red); } .pill.earlier { background: var(--green); }
.pill.later { background: var(--orange); }
.charts { display: grid; grid-template-columns: 1fr 1fr; gap: 14px; margin-top: 12px; }
figure { margin: 0; border: 1px solid var(--line); border-radius: 6px; padding: 10px 12px 6px; min-width: 0; }
figcaption { display: grid; grid-template-columns: 1fr auto; gap: 0 8px; font-size: 12.5px; margin-bottom: 4px; }
figcaption b { font-size: 14px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
figcaption .what { grid-column: 1 / -1; color: var(--muted); overflow-wrap: anywhere; }
svg { display: block; width: 100%; height: auto; }
svg text { font-size: 11.5px; fill: var(--muted); } #weeks text { font-size: 13px; }
.grid { stroke: var(--line); stroke-width: 1; } .tick { stroke: var(--muted); stroke-width: 1; }
.window { fill: #f7e3c8; } .observed { fill: var(--blue); } .part { fill-opacity: .45; }
.expected { fill: none; stroke: var(--ink); stroke-width: 1.4; stroke-dasharray: 4 3; }
line.onset { stroke: var(--orange); stroke-width: 1.6; } text.onset { fill: var(--orange); font-weight: 600; }
line.detected { stroke: var(--red); stroke-width: 1.6; } text.detected { fill: var(--red); font-weight: 600; }
.MEDIUM { fill: var(--amber); } .HIGH { fill: var(--orange); } .CRITICAL { fill: var(--red); }
.strip { width: 240px; background: var(--soft); } .over { fill: var(--red); }
.limit { stroke: var(--ink); stroke-width: 1; stroke-dasharray: 3 2; }
.bar { display: inline-block; height: 9px; border-radius: 2px; background: var(--blue); vertical-align: middle; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; color: var(--muted); font-size: 12.5px; }
.legend i { display: inline-block; width: 18px; height: 10px; margin-right: 5px; vertical-align: -1px; }
.legend .dash { height: 0; border-top: 2px dashed var(--ink); vertical-align: 4px; }
.legend .mark { width: 3px; height: 13px; vertical-align: -3px; }
footer { margin-top: 40px; color: var(--muted); font-size: 12px; }
@page { size: A4; margin: 14mm 13mm; }
@media print {
  body { padding: 0; max-width: none; font-size: 10.5pt; }
  * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  h2 { break-after: avoid; margin-top: 22px; } tr, figure, .card { break-inside: avoid; } thead { display: table-header-group; }
  table { font-size: 8.5pt; } .charts { gap: 10px; } .card { padding: 6px 8px; } .card b { font-size: 12.5pt; }
  .strip { width: 190px; }
}
@media (max-width: 720px) { .cards { grid-template-columns: repeat(3, 1fr); } .charts { grid-template-columns: 1fr; } }
)css";

}  // namespace aw::cli
