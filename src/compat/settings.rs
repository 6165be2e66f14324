//! Settings with the names of `autometrics` 3.0.
//!
//! ```
//! use autometrics::settings::AutometricsSettings;
//!
//! AutometricsSettings::builder()
//!     .service_name("test_service")
//!     .init();
//! ```
//!
//! The new type is [`autometrics::Settings`](crate::Settings).

use std::{error::Error, fmt, sync::OnceLock};

use super::prometheus_exporter::{self, ExporterInitializationError};
use crate::{BuildInfo, Settings, SettingsError};

static SETTINGS: OnceLock<AutometricsSettings> = OnceLock::new();

/// Proof that settings were applied.
#[derive(Debug)]
pub struct AutometricsSettings(());

impl AutometricsSettings {
    /// Returns a builder with all settings at their defaults.
    pub fn builder() -> AutometricsSettingsBuilder {
        AutometricsSettingsBuilder::default()
    }
}

/// Builder for settings of the process.
#[derive(Clone, Debug, Default)]
pub struct AutometricsSettingsBuilder {
    settings: Settings,
    repo_url: String,
    repo_provider: String,
}

impl AutometricsSettingsBuilder {
    /// Sets the upper bounds of the latency buckets, in seconds, ascending.
    #[must_use]
    pub fn histogram_buckets(mut self, histogram_buckets: impl Into<Vec<f64>>) -> Self {
        self.settings = self.settings.buckets(histogram_buckets.into());
        self
    }

    /// Sets the label `service_name`.
    #[must_use]
    pub fn service_name(mut self, service_name: impl Into<String>) -> Self {
        self.settings = self.settings.service_name(service_name.into());
        self
    }

    /// Sets the label `repository_url` of `build_info`.
    #[must_use]
    pub fn repo_url(mut self, repo_url: impl Into<String>) -> Self {
        self.repo_url = repo_url.into();
        self
    }

    /// Sets the label `repository_provider` of `build_info`. The default is derived from the URL.
    #[must_use]
    pub fn repo_provider(mut self, repo_provider: impl Into<String>) -> Self {
        self.repo_provider = repo_provider.into();
        self
    }

    /// Applies the settings and initializes the exporter.
    ///
    /// # Errors
    ///
    /// Returns an error if settings or the exporter were initialized before, or if a setting is not
    /// valid.
    pub fn try_init(self) -> Result<&'static AutometricsSettings, SettingsInitializationError> {
        if SETTINGS.get().is_some() {
            return Err(SettingsInitializationError::AlreadyInitialized);
        }
        let build = BuildInfo::new()
            .repository_url(self.repo_url)
            .repository_provider(self.repo_provider);
        self.settings.build_info(build).apply()?;
        let settings = SETTINGS.get_or_init(|| AutometricsSettings(()));
        prometheus_exporter::try_init()?;
        Ok(settings)
    }

    /// Calls [`Self::try_init`] and panics on errors.
    ///
    /// # Panics
    ///
    /// Panics if `try_init` returns an error.
    pub fn init(self) -> &'static AutometricsSettings {
        match self.try_init() {
            Ok(settings) => settings,
            Err(error) => panic!("{error}"),
        }
    }
}

/// Error of applying settings.
#[derive(Debug)]
#[non_exhaustive]
pub enum SettingsInitializationError {
    /// Settings were applied before.
    AlreadyInitialized,
    /// The exporter was initialized before. The settings have been applied.
    PrometheusExporter(ExporterInitializationError),
    /// A setting is not valid or was applied too late.
    Setting(SettingsError),
}

impl fmt::Display for SettingsInitializationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AlreadyInitialized => {
                f.write_str("the settings of autometrics have already been initialized")
            }
            Self::PrometheusExporter(error) => error.fmt(f),
            Self::Setting(error) => error.fmt(f),
        }
    }
}

impl Error for SettingsInitializationError {}

impl From<ExporterInitializationError> for SettingsInitializationError {
    fn from(error: ExporterInitializationError) -> Self {
        Self::PrometheusExporter(error)
    }
}

impl From<SettingsError> for SettingsInitializationError {
    fn from(error: SettingsError) -> Self {
        Self::Setting(error)
    }
}
