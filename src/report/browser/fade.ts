/** Has a box that scrolls sideways fade at the edges behind which there is more: `page.css` draws that. */
export function fadeWhereCut(box: HTMLElement): void {
  const look = (): void => {
    const hidden = box.scrollWidth - box.clientWidth;
    box.classList.toggle('more-left', box.scrollLeft > 1);
    box.classList.toggle('more-right', box.scrollLeft < hidden - 1);
  };
  look();
  box.addEventListener('scroll', look, { passive: true });
  new ResizeObserver(look).observe(box);
}
