//! Two soft notes when a person answers and the shopper is elsewhere.

use web_sys::AudioContext;

const NOTES_HZ: [f32; 2] = [660.0, 880.0];
const NOTE_S: f64 = 0.16;

/// A browser that forbids sound is left in peace.
pub fn ring() {
    let _ = try_ring();
}

fn try_ring() -> Result<(), wasm_bindgen::JsValue> {
    let context = AudioContext::new()?;
    for (place, pitch) in NOTES_HZ.into_iter().enumerate() {
        let start = context.current_time() + NOTE_S * place as f64;
        let (tone, volume) = (context.create_oscillator()?, context.create_gain()?);
        tone.frequency().set_value(pitch);
        volume.gain().set_value_at_time(0.08, start)?;
        volume.gain().exponential_ramp_to_value_at_time(0.001, start + NOTE_S)?;
        tone.connect_with_audio_node(&volume)?;
        volume.connect_with_audio_node(&context.destination())?;
        tone.start_with_when(start)?;
        tone.stop_with_when(start + NOTE_S)?;
    }
    Ok(())
}
