/**
 * Runs in a page: every text that is seen whose contrast with its ground is below what WCAG 2.1 AA asks for, 4.5 or,
 * of large text, 3. Grounds are taken from the nearest element that has one.
 */
(() => {
  const parsed = (color) => color.match(/[\d.]+/g).map(Number);
  const luminance = ([red, green, blue]) => {
    const [r, g, b] = [red, green, blue].map((value) => {
      const part = value / 255;
      return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const groundOf = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const color = parsed(getComputedStyle(at).backgroundColor);
      if (color.length === 3 || color[3] === 1) {
        return color;
      }
    }
    return getComputedStyle(document.documentElement).colorScheme.includes("dark")
      ? [0, 0, 0]
      : [255, 255, 255];
  };
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.parentElement;
    const isSeen = element.checkVisibility() && element.getClientRects().length > 0;
    if (isSeen && node.data.trim() !== "" && !element.closest("script, style, noscript")) {
      texts.push({ element, text: node.data.trim() });
    }
  }
  const pairs = texts.map(({ element, text }) => {
    const style = getComputedStyle(element);
    const [text1, ground] = [luminance(parsed(style.color)), luminance(groundOf(element))];
    const ratio = (Math.max(text1, ground) + 0.05) / (Math.min(text1, ground) + 0.05);
    const size = Number.parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    return { text, ratio, least: isLarge ? 3 : 4.5 };
  });
  return { seen: pairs.length, low: pairs.filter(({ ratio, least }) => ratio < least) };
})();
