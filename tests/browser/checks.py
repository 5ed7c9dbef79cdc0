"""What axe-core does not see, as scripts that return what is wrong with the open page: an empty list is good.

tests/browser/test_checks.py shows each of them a page that is broken in its way.
"""

from __future__ import annotations

# Everything that sticks out sideways, unless it lies in a region that scrolls by itself.
STICKS_OUT = """() => {
  const width = document.documentElement.clientWidth;
  const scrolls = e => { for (let p = e.parentElement; p && p !== document.body; p = p.parentElement)
    if (['auto', 'scroll'].includes(getComputedStyle(p).overflowX)) return true; };
  const out = [...document.body.querySelectorAll('*')]
    .filter(e => e.checkVisibility() && e.getBoundingClientRect().right > width + 1 && !scrolls(e)).slice(0, 5)
    .map(e => e.tagName + '.' + e.getAttribute('class') + ': ' + e.textContent.trim().slice(0, 60));
  const scrolled = document.documentElement.scrollWidth;
  return scrolled > width ? out.concat(['scrollWidth ' + scrolled]) : out;
}"""
# What is cut off by a box that hides what does not fit; a box of one pixel is for screen readers.
CUT_OFF = """() => [...document.body.querySelectorAll('*')]
  .filter(e => { const s = getComputedStyle(e), hides = v => ['hidden', 'clip'].includes(v);
    return e.namespaceURI.endsWith('xhtml') && e.checkVisibility() && e.textContent.trim()
      && !(e.clientWidth <= 1 && e.clientHeight <= 1)
      && (hides(s.overflowX) && e.scrollWidth > e.clientWidth + 1
        || hides(s.overflowY) && e.scrollHeight > e.clientHeight + 1); })
  .map(e => e.tagName + '.' + e.className + ': ' + e.textContent.trim().slice(0, 60))"""
# WCAG 2.2, success criterion 2.5.8: 24 by 24 CSS pixels, or a link within a sentence, or enough room around it, or
# an equivalent on the same page: every dot of the radar is a link of the list below it too.
SMALL_TARGETS = """() => {
  const shown = e => e.checkVisibility({visibilityProperty: true});
  const all = [...document.querySelectorAll('a[href], button, input, select, summary, textarea')].filter(shown);
  const inline = e => e.tagName === 'A' && getComputedStyle(e).display === 'inline'
    && [...e.parentElement.childNodes].some(n => n !== e && n.nodeType === 3 && n.textContent.trim());
  const boxes = all.map(e => e.getBoundingClientRect());
  const centre = b => [b.left + b.width / 2, b.top + b.height / 2];
  const small = all.filter((e, i) => {
    const b = boxes[i];
    if (b.right < 0 || b.bottom < 0 || b.width >= 23.5 && b.height >= 23.5 || inline(e)) return false;
    const [x, y] = centre(b);
    return boxes.some((o, j) => {
      if (i === j) return false;
      const small = o.width < 23.5 || o.height < 23.5, [ox, oy] = centre(o);
      if (small) return Math.hypot(x - ox, y - oy) < 24;
      const dx = Math.max(o.left - x, 0, x - o.right), dy = Math.max(o.top - y, 0, y - o.bottom);
      return Math.hypot(dx, dy) < 12;
    });
  });
  const leads = e => new URL(e.getAttribute('href') || '', document.baseURI).href;
  const large = new Set(all.filter(e => e.hasAttribute('href') && !small.includes(e)).map(leads));
  return small.filter(e => !e.closest('svg.radar') || !large.has(leads(e)))
    .map(e => e.outerHTML.slice(0, 120));
}"""
DUPLICATES = """() => { const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
  return ids.filter((id, i) => ids.indexOf(id) !== i); }"""
UNNAMED_PICTURES = """() => [...document.querySelectorAll('svg')].filter(s => {
  if (s.getAttribute('aria-hidden') === 'true' || s.closest('[aria-hidden=true]')) return false;
  const title = s.querySelector(':scope > title');
  return !(s.getAttribute('aria-label') || s.getAttribute('aria-labelledby') || title && title.textContent.trim());
}).map(s => s.outerHTML.slice(0, 120))"""
# One first heading that comes first, no level left out, no heading without words.
HEADINGS = """() => {
  const all = [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].filter(h => h.checkVisibility());
  const level = h => Number(h.tagName[1]), told = h => h.tagName + ': ' + h.textContent.trim();
  const wrong = all.filter((h, i) => !h.textContent.trim() || (i ? level(h) > level(all[i - 1]) + 1 : level(h) !== 1));
  return wrong.map(told).concat(all.filter(h => level(h) === 1).slice(1).map(told), all.length ? [] : ['none']);
}"""
# What the keyboard has to reach, as numbers of elements in the order of the document.
REACHABLE = """() => { const all = [...document.querySelectorAll('*')];
  return all.map((e, i) => e.matches('a[href], button, input, select, textarea, summary, [tabindex="0"]')
    && e.checkVisibility({visibilityProperty: true}) && !e.disabled ? i : -1).filter(i => i >= 0); }"""
# What has the focus: its number, and whether anybody sees that it has it. A dot of the radar shows it by its ring.
FOCUS = """() => { const e = document.activeElement, s = getComputedStyle(e), all = [...document.querySelectorAll('*')];
  const ring = e.namespaceURI.endsWith('svg') && e.querySelector('.target'), r = ring && getComputedStyle(ring);
  const ringed = ring && r.stroke !== 'none' && parseFloat(r.strokeWidth) >= 2;
  return e === document.body ? null : {order: all.indexOf(e), tag: e.tagName, text: e.textContent.trim().slice(0, 40),
    inside: !!e.closest('main'),
    seen: ringed || s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2 || s.boxShadow !== 'none'}; }"""
# What a reader of the paper does not get: folded away, or in the navigation, which leads nowhere on paper.
FOLDED = """() => [...document.querySelectorAll('main details > :not(summary)')]
  .filter(e => e.textContent.trim() && !e.checkVisibility())
  .map(e => e.outerHTML.slice(0, 120))"""
NAVIGATION = """() => [...document.querySelectorAll('header.site nav, footer.site nav, form, summary')]
  .filter(e => e.checkVisibility()).map(e => e.outerHTML.slice(0, 80))"""
HEADS = """() => [...document.querySelectorAll('main thead')]
  .filter(e => e.checkVisibility() && getComputedStyle(e).display !== 'table-header-group')
  .map(e => e.outerHTML.slice(0, 80))"""
UNPRINTED = """() => [...document.querySelectorAll('main a[href^="http"]')]
  .filter(a => a.checkVisibility() && !getComputedStyle(a, '::after').content.includes(a.getAttribute('href')))
  .map(a => a.href)"""
# Forced colours take the backgrounds: a shape is seen by its outline or its own fill, against the ground of the page.
INVISIBLE = """() => {
  const ground = getComputedStyle(document.body).backgroundColor;
  const seen = colour => colour !== 'none' && colour !== ground && !/^rgba\\(.*, 0\\)$|transparent/.test(colour);
  return [...document.querySelectorAll('main .chart rect, main .chart circle, main .status svg *')]
    .filter(e => e.checkVisibility() && e.getBoundingClientRect().width > 1 && !e.matches('.target, .ring, g'))
    .filter(e => !seen(getComputedStyle(e).fill) && !seen(getComputedStyle(e).stroke))
    .map(e => e.outerHTML.slice(0, 120));
}"""
