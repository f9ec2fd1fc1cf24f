import { isWord, smiField, type GpuCard, type GpuCards } from "@slipway/plugin-sdk";

/**
 * Tells of each GPU whether MIG is enabled on it, which turns its links off (rule F5). Of one that nothing
 * joins with the XML it tells so where MIG is enabled on every GPU there.
 */
export function migReader({ listed }: GpuCards): (card: GpuCard) => boolean {
  const onAll = listed.length > 0 && listed.every(isEnabled);
  return (card) => (card.smi === undefined ? onAll : isEnabled(card));
}

function isEnabled({ smi }: GpuCard): boolean {
  return smi !== undefined && isWord(smiField(smi.element, "mig_mode", "current_mig").text, "Enabled");
}
