"""How a report looks, and the words that explain it."""

from __future__ import annotations

STYLE = """
:root {
  color-scheme: light dark;
  --paper: #fbfaf7; --card: #fff; --ink: #1e2428; --soft: #5a656d; --line: #dfdcd4;
  --good: #2f7d6b; --bad: #c2512d; --accent: #2b5f9e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14181b; --card: #1c2226; --ink: #e8e6e1; --soft: #a3adb4; --line: #343d43;
    --good: #5fc4ab; --bad: #f0906c; --accent: #86b6f0;
  }
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body {
  margin: 0 auto; padding: 1.5rem clamp(.8rem, 3vw, 2.5rem) 3rem; max-width: 78rem;
  background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
}
h1 { font-size: clamp(1.5rem, 4vw, 2.2rem); line-height: 1.2; margin: 0 0 .3rem; }
h2 { font-size: 1.35rem; margin: 0 0 .8rem; overflow-wrap: anywhere; }
h3 { font-size: 1.05rem; margin: 1.8rem 0 .6rem; }
h4 { font-size: .95rem; font-weight: 600; margin: 1rem 0 .3rem; }
h5 { font-size: .85rem; font-weight: 600; color: var(--soft); margin: .6rem 0 .3rem; }
.lead, .note, footer, figcaption { color: var(--soft); }
.note, footer, figcaption { font-size: .88rem; }
a { color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: .5rem; background: var(--card); padding: .4rem .8rem; }
nav ul { display: flex; flex-wrap: wrap; gap: .3rem 1.1rem; list-style: none; padding: 0; margin: 1rem 0 1.5rem; }
section {
  background: var(--card); border: 1px solid var(--line); border-radius: .7rem;
  padding: clamp(.9rem, 2.5vw, 1.6rem); margin: 0 0 1.2rem;
}
.scroll { overflow-x: auto; max-width: 100%; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .9rem; }
caption { text-align: left; color: var(--soft); font-size: .85rem; padding: 0 0 .4rem; }
th, td { padding: .35rem .6rem; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; }
thead th { font-weight: 600; color: var(--soft); vertical-align: bottom; }
.overview thead th { white-space: normal; min-width: 4.2rem; }
th[scope=row] { text-align: left; font-weight: 600; }
thead th:first-child { text-align: left; }
.overview th:first-child {
  position: sticky; left: 0; background: var(--card);
  min-width: 6.5rem; max-width: 16rem; white-space: normal; overflow-wrap: break-word;
}
.words th:last-child, .words td:last-child, td.failed { text-align: left; }
.failed { color: var(--bad); }
.note + .scroll { margin-top: 1.4rem; }
abbr { text-decoration: none; cursor: help; }
.best { background: color-mix(in srgb, var(--good) 16%, transparent); }
svg text { font-size: 12px; fill: var(--soft); }
svg .rail, svg .axis { stroke: var(--line); stroke-width: 1.5; }
svg .span { stroke: var(--accent); stroke-width: 3; stroke-linecap: round; }
svg .dot { fill: var(--ink); }
svg .bar { fill: var(--accent); }
svg .ideal { stroke: var(--ink); stroke-width: 1.2; stroke-dasharray: 4 4; }
.range { display: block; font-size: .78rem; color: var(--soft); }
figure { margin: 0; display: flex; flex-wrap: wrap; gap: 1rem 1.6rem; align-items: center; }
figcaption { max-width: 26rem; flex: 1 1 14rem; }
.diagram { max-width: 100%; height: auto; }
.pair { display: flex; flex-wrap: wrap; gap: 1.2rem 2rem; }
.pair > .scroll { flex: 0 1 auto; }
.confusion th, .confusion td { padding: .35rem .45rem; font-size: .85rem; }
.confusion .hit { background: color-mix(in srgb, var(--good) calc(var(--share) * 60%), transparent); }
.confusion .miss { background: color-mix(in srgb, var(--bad) calc(var(--share) * 110%), transparent); }
details { border-top: 1px solid var(--line); padding: .45rem 0; }
summary { cursor: pointer; font-weight: 600; }
.faces { display: flex; flex-wrap: wrap; gap: .6rem; list-style: none; margin: 0; padding: 0; }
.faces li { width: 64px; font-size: .75rem; line-height: 1.25; text-align: center; }
.faces img { display: block; width: 64px; height: 64px; object-fit: cover; border-radius: .3rem; margin-bottom: .2rem; }
.right { color: var(--good); }
.wrong { color: var(--bad); }
dt { font-weight: 600; }
dd { margin: 0 0 .7rem; max-width: 60rem; overflow-wrap: anywhere; }
.errors dd { color: var(--bad); }
@media print {
  :root { --paper: #fff; --card: #fff; --ink: #000; --soft: #444; --line: #bbb; --good: #2f7d6b; --bad: #c2512d; }
  body { max-width: none; padding: 0; font-size: 9pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  nav, .skip { display: none; }
  section { border: 0; padding: 0; }
  .scroll { overflow: visible; }
  table { font-size: 7pt; }
  th, td { padding: .15rem .3rem; }
  h2, h3, h4, h5, summary { break-after: avoid; }
  figure, tr, .faces li { break-inside: avoid; }
}
"""

EXPLANATION = (
    (
        "Accuracy and its interval",
        "The share of images whose likeliest emotion is the label. Were the model asked about other images of the same "
        "kind, {n} at a time, an interval made like this (Wilson, 95 %) would hold the true share 19 times out of 20.",
    ),
    (
        "Balanced accuracy, macro precision, recall and F1",
        "Means over classes, so that rare ones such as disgust count as much as happy. Balanced accuracy is the mean "
        "recall of the classes that occur; the macro measures are means of all seven, and a class without images or "
        "predictions counts 0.",
    ),
    (
        "Log loss and expected calibration error (ECE)",
        "How good the probabilities are. Log loss is the mean of −ln p of the true class. ECE is the mean distance "
        "between confidence and accuracy, over 15 bins of equal width (Guo et al. 2017). Lower is better for both.",
    ),
    (
        "Without repeats of Training",
        "FER2013 repeats itself: some test images have the very pixels of one in Training, and a network may know them "
        "by heart. Here those are left out: {left} images.",
    ),
    (
        "FER+",
        "Ten people voted on each image for FER+ (Barsoum et al. 2016). The largest vote, the first of them in a tie, "
        "is another ground truth; contempt counts as disgust, and images whose majority is unknown or no face are "
        "skipped. "
        "The labels of FER2013 themselves agree with it on about 63 % of the images.",
    ),
    (
        "Parameters and MACs",
        "Trained numbers, and multiply-accumulates of convolutions and dense layers for one picture. Biases, "
        "activations, pooling and normalisation are not counted.",
    ),
    (
        "One picture",
        "Median time of one forward pass, in milliseconds, all models taking turns on one core of this machine. Keras "
        "models pay for the call from Python; exported to .tflite they are faster. Compare within one report only.",
    ),
    (
        "McNemar’s test",
        "Looks only at images on which two models differ in being right. Below 25 of them it is the exact binomial "
        "test, else χ² with continuity correction.",
    ),
)
"""Term → what it means; {n} images in all, {left} of them repeats of Training."""
