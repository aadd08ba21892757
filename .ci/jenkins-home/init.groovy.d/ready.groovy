// Makes the Jenkins to try ready: two people, and a job for each plan.

import hudson.model.Item
import hudson.security.GlobalMatrixAuthorizationStrategy
import hudson.security.HudsonPrivateSecurityRealm
import io.jenkins.plugins.canary.config.CanaryConfiguration
import io.jenkins.plugins.darktheme.DarkThemeSystemManagerFactory
import io.jenkins.plugins.thememanager.ThemeManagerPageDecorator
import jenkins.model.Jenkins
import org.jenkinsci.plugins.matrixauth.PermissionEntry
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition
import org.jenkinsci.plugins.workflow.job.WorkflowJob

def jenkins = Jenkins.get()

// Who only tries something tells nobody.
jenkins.noUsageStatistics = true

ThemeManagerPageDecorator.get().theme = new DarkThemeSystemManagerFactory()

// The demo's services are on this machine, which plans must not name unless an administrator lists it.
CanaryConfiguration.get().allowedAddresses = '127.0.0.1\nlocalhost'

def realm = new HudsonPrivateSecurityRealm(false)
['alice', 'bob'].each { realm.createAccount(it, 'canary') }
jenkins.securityRealm = realm

def matrix = new GlobalMatrixAuthorizationStrategy()
matrix.add(Jenkins.ADMINISTER, PermissionEntry.user('alice'))
[Jenkins.READ, Item.READ].each { matrix.add(it, PermissionEntry.user('bob')) }
jenkins.authorizationStrategy = matrix

new File(jenkins.rootDir, 'plans').listFiles().findAll { it.name.endsWith('.Jenkinsfile') }.each { file ->
  def name = file.name - '.Jenkinsfile'
  if (jenkins.getItem(name) == null) {
    def plan = new File(file.parentFile, name + '.yaml').text
    def job = jenkins.createProject(WorkflowJob, name)
    job.definition = new CpsFlowDefinition(file.text.replace('PLAN', plan.trim()), true)
  }
}
jenkins.save()
