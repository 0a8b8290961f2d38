import type { ComponentChildren } from 'preact';

interface ScrollProps {
  /** What is in it. */
  readonly label: string;
  readonly children: ComponentChildren;
}

/** What may be wider than the page: it is scrolled by itself, by the keys too. */
export const Scroll = ({ label, children }: ScrollProps) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what cannot be focused cannot be scrolled by the keys
  <section class="scroll" tabIndex={0} aria-label={label}>
    {children}
  </section>
);
